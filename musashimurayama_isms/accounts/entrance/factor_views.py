"""Pages of the second factor: at log-in, and the person's own page of them."""

import base64
import json
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition

from . import factors, ways
from .factor_forms import AddAppForm, AddPasskeyForm, ProofForm

PROOF_LASTS = 600  # seconds after log-in, or after the password was typed again, in which factors may be changed
PUT_OFF = "factor_put_off"


@method_decorator([login_not_required, never_cache], name="dispatch")
class AskFactorView(AuthenticateView):
    """Between the password and the portal: the code of the app, a recovery code, or a passkey."""

    template_name = "account/factor.html"

    def get_context_data(self, **kwargs) -> dict:
        found = super().get_context_data(**kwargs)
        kinds = {factor.type for factor in factors.own(self.stage.login.user)}
        found["has_app"] = Authenticator.Type.TOTP in kinds
        if Authenticator.Type.WEBAUTHN in kinds:
            found["options"] = _as_json(found["js_data"]["request_options"])
        return found


def _as_json(options: dict) -> str:
    return json.dumps(options, cls=DjangoJSONEncoder)


def proven(view: Callable) -> Callable:
    """Only soon after log-in, or after the password was typed once more; else first to that page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if _is_proven(request):
            return view(request, *args, **kwargs)
        way_back = request.get_full_path() if request.method == "GET" else resolve_url("account_factors")
        return redirect(f"{resolve_url('account_proof')}?{urlencode({'next': way_back})}")

    return never_cache(guarded)


def _is_proven(request: HttpRequest) -> bool:
    now = timezone.now().timestamp()
    moments = [row["at"] for row in get_authentication_records(request, request.user)]
    return bool(moments) and now - max(moments) < PROOF_LASTS


@never_cache
@sensitive_post_parameters("password")
def proof(request: HttpRequest) -> HttpResponse:
    """The password once more; who has none here is told to log in anew."""
    goal = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}):
        goal = resolve_url("account_factors")
    form = None
    if request.user.has_usable_password():
        form = ProofForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            record_authentication(request, request.user, method="password", reauthenticated=True)
            return redirect(goal)
    return render(request, "account/proof.html", {"form": form, "is_alone": _demand(request) is not None})


def _demand(request: HttpRequest) -> factors.Demand | None:
    return None if ways.is_strong_alone(request.session) else factors.demand(request.user, at=timezone.now())


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """What the person has registered, and where one begins; while a factor is demanded nothing else is on the page."""
    own = factors.own(request.user)
    found = {
        "demand": _demand(request),
        "app": next((factor for factor in own if factor.type == Authenticator.Type.TOTP), None),
        "passkeys": [factor for factor in own if factor.type == Authenticator.Type.WEBAUTHN],
        "codes_left": factors.codes_left(own),
        "codes_made": settings.MFA_RECOVERY_CODE_COUNT,
        "is_strong_alone": ways.is_strong_alone(request.session),
        "way": ways.words(request.session.get(ways.WAY)),
    }
    return render(request, "account/factors.html", found)


@require_POST
def put_off(request: HttpRequest) -> HttpResponse:
    """Go on without a factor for this session, while the days of grace run."""
    demand = _demand(request)
    if demand is not None and demand.is_over:
        return redirect("account_factors")
    request.session[PUT_OFF] = True
    return redirect(settings.LOGIN_REDIRECT_URL)


@proven
def add_app(request: HttpRequest) -> HttpResponse:
    """The picture for the app of the phone, and the code that the app then shows."""
    form = AddAppForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            factors.enrol_app(request.user, form.secret, at=timezone.now())
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect("account_factors")
        clear_totp_secret(request)
        messages.success(request, "確認アプリを登録しました。次のログインから、確認コードを入力します。")
        return redirect("account_codes")
    picture = get_adapter().build_totp_svg(get_adapter().build_totp_url(request.user, form.secret))
    picture = f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
    spaced = " ".join(form.secret[start : start + 4] for start in range(0, len(form.secret), 4))
    found = {"form": form, "picture": picture, "secret": spaced, "is_alone": _demand(request) is not None}
    return render(request, "account/add_app.html", found)


@proven
def add_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey of this PC, of an IC card or of a phone; the browser talks to it."""
    form = AddPasskeyForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            factors.enrol_passkey(request.user, form.cleaned_data["name"], form.cleaned_data["credential"], at=timezone.now())
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect("account_factors")
        messages.success(request, "パスキーを登録しました。次のログインから使えます。")
        return redirect("account_codes")
    options = _as_json(webauthn.begin_registration(request.user, False))
    return render(request, "account/add_passkey.html", {"form": form, "options": options, "is_alone": _demand(request) is not None})


@require_POST
@proven
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        factors.remove(request.user, pk, at=timezone.now())
    except Authenticator.DoesNotExist:
        raise Http404 from None
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "登録を消しました。")
    return redirect("account_factors")


@proven
def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes: once after they were made with the first factor, and once whenever new ones are asked for."""
    if request.method == "POST":
        try:
            shown = factors.renew_codes(request.user, at=timezone.now())
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect("account_factors")
    else:
        shown = factors.first_codes(request.user)
    return render(request, "account/codes.html", {"codes": shown}) if shown else redirect("account_factors")
