"""Settings of the log-on that the city's own systems do: the relay's user header, the directory (LDAP), the identity provider (SAML).

Each is off until it is named in the environment. What is named half raises ImproperlyConfigured in Japanese at the start.
"""

import importlib
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from musashimurayama_isms.env import PortalEnv


@dataclass(frozen=True)
class Proxy:
    """A relay that says who has logged on to the PC: the name of the header in WSGI, and where it may come from."""

    header: str = ""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


def proxy(env: PortalEnv) -> Proxy:
    """PROXY_USER_HEADER and PROXY_ADDRESSES; without the addresses anybody could write the header."""
    header = env.text("PROXY_USER_HEADER", "")
    if not header:
        return Proxy()
    words = env.words("PROXY_ADDRESSES", [])
    try:
        networks = tuple(ip_network(word.strip()) for word in words)
    except ValueError as error:
        raise ImproperlyConfigured(f"設定 PROXY_ADDRESSES は IP アドレスか範囲（10.0.0.0/24 など）にしてください。（{error}）") from error
    if not networks or any(network.prefixlen == 0 for network in networks):
        raise ImproperlyConfigured("設定 PROXY_USER_HEADER を使うときは、PROXY_ADDRESSES に中継サーバのアドレスだけを指定してください。")
    return Proxy("HTTP_" + header.upper().replace("-", "_"), networks)


def directory(env: PortalEnv) -> dict[str, Any]:
    """The settings of django-auth-ldap, or nothing without LDAP_URI; never in clear over the network, never a new account."""
    uri = env.text("LDAP_URI", "")
    if not uri:
        return {}
    starts_tls = env.yes("LDAP_START_TLS", False)
    if not uri.startswith("ldaps://") and not starts_tls:
        raise ImproperlyConfigured("設定 LDAP_URI は ldaps:// で始めるか、LDAP_START_TLS=true を指定してください。平文では使えません。")
    _need("django_auth_ldap", "LDAP_URI", "ldap")
    ldap = importlib.import_module("ldap")
    search = importlib.import_module("django_auth_ldap.config").LDAPSearch
    options = {ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND, ldap.OPT_NETWORK_TIMEOUT: 5, ldap.OPT_REFERRALS: 0}
    if authority := env.text("LDAP_CA_FILE", ""):
        options[ldap.OPT_X_TLS_CACERTFILE] = authority
    options[ldap.OPT_X_TLS_NEWCTX] = 0  # the last one: it makes the options above hold
    words = env.text("LDAP_USER_FILTER", "(sAMAccountName=%(user)s)")
    return {
        "AUTH_LDAP_SERVER_URI": uri,
        "AUTH_LDAP_START_TLS": starts_tls,
        "AUTH_LDAP_BIND_DN": env.text("LDAP_BIND_DN"),
        "AUTH_LDAP_BIND_PASSWORD": env.text("LDAP_BIND_PASSWORD"),
        "AUTH_LDAP_USER_SEARCH": search(env.text("LDAP_SEARCH_BASE"), ldap.SCOPE_SUBTREE, words),
        "AUTH_LDAP_CONNECTION_OPTIONS": options,
        "AUTH_LDAP_NO_NEW_USERS": True,  # accounts come from the personnel import alone
        "AUTH_LDAP_ALWAYS_UPDATE_USER": False,
    }


def saml(env: PortalEnv) -> dict[str, str]:
    """What the portal knows of the identity provider, or nothing without SAML_IDP_ENTITY_ID."""
    entity = env.text("SAML_IDP_ENTITY_ID", "")
    if not entity:
        return {}
    address = env.text("SAML_IDP_URL")
    if not address.startswith("https://"):
        raise ImproperlyConfigured("設定 SAML_IDP_URL は https:// で始めてください。")
    certificate = Path(env.text("SAML_IDP_CERTIFICATE"))
    if not certificate.is_file():
        raise ImproperlyConfigured(f"設定 SAML_IDP_CERTIFICATE のファイル {certificate} がありません。")
    _need("onelogin.saml2", "SAML_IDP_ENTITY_ID", "saml")
    attribute = env.text("SAML_USER_ATTRIBUTE", "")  # empty: the NameID
    return {"entity": entity, "address": address, "certificate": certificate.read_text(encoding="ascii"), "attribute": attribute}


def _need(module: str, setting: str, extra: str) -> None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"設定 {setting} を使うには、追加のパッケージが必要です。「pip install '.[{extra}]'」で入れてください。（{error}）"
        ) from error
