"""The log-in by an identity provider of the city: a provider made for the test signs real answers with a key of its own."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zlib import decompress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.models import Entry

from .test_factors import code_of, give, is_in, with_app

pytestmark = pytest.mark.urls("tests.saml_urls")
PROVIDER, PORTAL = "https://idp.city.example/", "http://testserver"
ASSERTION = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
 ID="_r{number}" Version="2.0" IssueInstant="{now}" Destination="{portal}/saml/answer/" InResponseTo="{asked}">
<saml:Issuer>{provider}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_a{number}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{provider}</saml:Issuer>
<saml:Subject><saml:NameID>{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{end}" Recipient="{portal}/saml/answer/" InResponseTo="{asked}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}"><saml:AudienceRestriction><saml:Audience>{portal}/saml/metadata/</saml:Audience>
</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s{number}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
</saml:Assertion></samlp:Response>"""


def made_key() -> tuple[str, str]:
    """A private key and its certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.city.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    return private.decode(), made.public_bytes(serialization.Encoding.PEM).decode()


KEY, CERTIFICATE = made_key()
OTHER_KEY, OTHER_CERTIFICATE = made_key()


@pytest.fixture(autouse=True)
def provider(settings):
    settings.PORTAL_URL = PORTAL
    settings.SAML = {"entity": PROVIDER, "address": f"{PROVIDER}sso", "certificate": CERTIFICATE, "attribute": ""}
    cache.clear()


def asked_by(client: Client, goal: str = "/sessions/") -> str:
    """The browser goes to the provider; gives the number of the question."""
    goes = urlsplit(client.get(f"/saml/?next={goal}")["Location"])
    assert f"{goes.scheme}://{goes.netloc}{goes.path}" == f"{PROVIDER}sso"
    question = decompress(base64.b64decode(parse_qs(goes.query)["SAMLRequest"][0]), -15).decode()
    return question.partition('ID="')[2].partition('"')[0]


def answer_of(asked: str, name: str = "clerk", *, number: int = 1, signs: bool = True, key=KEY, certificate=CERTIFICATE) -> str:
    """What the provider says, signed as providers do."""
    now = datetime.now(UTC)
    begin, at, end = (f"{now + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}" for minutes in (-2, 0, 5))
    text = ASSERTION.format(asked=asked, name=name, number=number, provider=PROVIDER, portal=PORTAL, now=at, begin=begin, end=end)
    if signs:
        start, stop = text.index("<saml:Assertion "), text.index("</samlp:Response>")
        space = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
        alone = text[start:stop].replace("<saml:Assertion ", f"<saml:Assertion {space}", 1)
        signed = Utils.add_sign(alone, key, certificate, sign_algorithm=Constants.RSA_SHA256, digest_algorithm=Constants.SHA256)
        text = text[:start] + signed.decode() + text[stop:]
    return base64.b64encode(text.encode()).decode()


def hand_in(client: Client, answer: str):
    return client.post("/saml/answer/", {"SAMLResponse": answer})


def test_the_provider_leads_in_to_the_page_that_was_asked_for_and_the_way_is_recorded(cast):
    client = Client()
    response = hand_in(client, answer_of(asked_by(client), "CITY\\clerk"))
    assert response["Location"] == "/sessions/"
    assert is_in(client)
    assert Entry.objects.get(verb="accounts.user.logged_in").changes["log_in_way"] == "庁内の認証基盤"


@pytest.mark.parametrize("fault", ["unsigned", "another key", "another question", "altered"])
def test_an_answer_that_is_not_the_providers_to_this_question_opens_nothing(cast, fault):
    client = Client()
    asked = asked_by(client)
    answers = {
        "unsigned": lambda: answer_of(asked, signs=False),
        "another key": lambda: answer_of(asked, key=OTHER_KEY, certificate=OTHER_CERTIFICATE),
        "another question": lambda: answer_of("_of_somebody_else"),
        "altered": lambda: base64.b64encode(base64.b64decode(answer_of(asked)).replace(b">clerk<", b">ciso<")).decode(),
    }
    response = hand_in(client, answers[fault]())
    assert "確かめられませんでした" in client.get(response["Location"]).content.decode()
    assert not is_in(client)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(cast):
    client = Client()
    asked = asked_by(client)
    answer, cookie = answer_of(asked), client.cookies["isms_saml"].value
    stranger = Client()
    hand_in(stranger, answer)
    assert not is_in(stranger)
    hand_in(client, answer)
    assert is_in(client)
    again = Client()
    again.cookies["isms_saml"] = cookie
    hand_in(again, answer)
    assert not is_in(again)


def test_an_unknown_or_closed_account_stays_outside_and_is_told_why(cast):
    client = Client()
    response = hand_in(client, answer_of(asked_by(client), "dareka"))
    assert "登録されていません" in client.get(response["Location"]).content.decode()
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    response = hand_in(client, answer_of(asked_by(client), number=2))
    assert "利用を停止しています" in client.get(response["Location"]).content.decode()
    assert not is_in(client)


def test_the_second_factor_is_asked_unless_the_city_says_the_provider_has_asked(cast, settings):
    secret = with_app(cast.clerk)
    client = Client()
    assert hand_in(client, answer_of(asked_by(client)))["Location"] == "/login/factor/"
    give(client, code_of(secret))
    assert is_in(client)
    settings.STRONG_WAYS = {"saml"}
    client = Client()
    hand_in(client, answer_of(asked_by(client), number=2))
    assert is_in(client)


def test_the_way_back_never_leads_out_of_the_portal(cast):
    client = Client()
    response = hand_in(client, answer_of(asked_by(client, "https://evil.example/")))
    assert response["Location"] == "/"


def test_the_log_in_page_offers_the_provider_and_the_portal_says_what_it_is(cast):
    assert "庁内の認証基盤でログインする" in Client().get("/login/").content.decode()
    answer = Client().get("/saml/metadata/")
    assert "/saml/answer/" in answer.content.decode()
