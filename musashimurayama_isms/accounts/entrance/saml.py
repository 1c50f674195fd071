"""Coming in by the city's identity provider (SAML 2.0); mounted only where the settings SAML_… name one.

The answer comes as a POST from another site, to which a browser gives no session of ours: what was asked travels in a signed
cookie of its own, so that only an answer to a question of this browser counts, and once.
"""

import logging
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from ..access import may_log_in
from . import ways
from .lockout import find_user
from .proxy import come_in

COOKIE = "isms_saml"
ASKED_FOR = 600  # seconds in which the provider's answer is awaited
LONGEST = 24 * 3600  # for which an assertion is remembered where it names no end
logger = logging.getLogger(__name__)


def configuration() -> dict:
    """What both sides are; an assertion that is not signed by the provider counts for nothing."""
    base, idp = settings.PORTAL_URL.rstrip("/"), settings.SAML
    return {
        "strict": True,
        "sp": {
            "entityId": base + reverse("account_saml_metadata"),
            "assertionConsumerService": {"url": base + reverse("account_saml_answer"), "binding": Constants.BINDING_HTTP_POST},
            "NameIDFormat": Constants.NAMEID_UNSPECIFIED,
        },
        "idp": {
            "entityId": idp["entity"],
            "singleSignOnService": {"url": idp["address"], "binding": Constants.BINDING_HTTP_REDIRECT},
            "x509cert": idp["certificate"],
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "wantAttributeStatement": False,  # the NameID may be all that is sent
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "allowSingleLabelDomains": True,  # hosts of the house may have short names
            "signatureAlgorithm": Constants.RSA_SHA256,
            "digestAlgorithm": Constants.SHA256,
        },
    }


def _auth(request: HttpRequest) -> OneLogin_Saml2_Auth:
    address = urlsplit(settings.PORTAL_URL)
    facts = {
        "https": "on" if address.scheme == "https" else "off",
        "http_host": address.netloc,
        "script_name": request.path,
        "get_data": request.GET.dict(),
        "post_data": request.POST.dict(),
    }
    return OneLogin_Saml2_Auth(facts, configuration())


@login_not_required
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the provider, and remember in this browser what was asked."""
    goal = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}):
        goal = ""
    auth = _auth(request)
    answer = redirect(auth.login(return_to=goal))
    kept = f"{auth.get_last_request_id()} {goal}"
    flags = {"max_age": ASKED_FOR, "secure": True, "httponly": True, "samesite": "None", "path": reverse("account_saml")}
    answer.set_signed_cookie(COOKIE, kept, salt=COOKIE, **flags)
    return answer


@csrf_exempt  # it comes from the provider's page; the signed cookie and the signature stand in
@login_not_required
@never_cache
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """The provider's answer: in with the person whom it names, or back to the log-in page with the reason."""
    try:
        kept = request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=ASKED_FOR)
    except (KeyError, BadSignature):
        return _back(request, "ログインの手続きが途中で切れました。もう一度お試しください。")
    asked, _, goal = kept.partition(" ")
    auth = _auth(request)
    auth.process_response(request_id=asked)
    if auth.get_errors() or not auth.is_authenticated() or not _is_first(auth):
        logger.warning("SAML: %s %s", auth.get_errors(), auth.get_last_error_reason())
        return _back(request, "認証基盤の答えを確かめられませんでした。もう一度お試しください。")
    user = find_user(_name(auth))
    reason = may_log_in(user, on=timezone.localdate()) if user else "認証基盤の利用者IDは、ポータルに登録されていません。"
    if reason:
        return _back(request, reason)
    return _forget(come_in(request, user, ways.First.SAML, goal or None))


def _is_first(auth: OneLogin_Saml2_Auth) -> bool:
    """Whether this assertion was never taken before; remembered for as long as it could be."""
    ends = auth.get_last_assertion_not_on_or_after()
    lives = int(ends - datetime.now(UTC).timestamp()) if ends else LONGEST
    return cache.add(f"accounts.saml:{auth.get_last_assertion_id()}", 1, timeout=max(lives, 0) + ASKED_FOR)


def _name(auth: OneLogin_Saml2_Auth) -> str:
    attribute = settings.SAML["attribute"]
    found = (auth.get_attribute(attribute) or [""])[0] if attribute else auth.get_nameid() or ""
    return found.rpartition("\\")[2].partition("@")[0]


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.warning(request, words)
    return _forget(redirect(f"{resolve_url('account_login')}?stay=1"))


def _forget(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(COOKIE, path=reverse("account_saml"), samesite="None")
    return answer


@login_not_required
def metadata(request: HttpRequest) -> HttpResponse:
    """What the provider must know of the portal."""
    known = OneLogin_Saml2_Settings(configuration(), sp_validation_only=True)
    text = known.get_sp_metadata()
    if known.validate_metadata(text):
        return HttpResponseServerError()
    return HttpResponse(text, content_type="text/xml")
