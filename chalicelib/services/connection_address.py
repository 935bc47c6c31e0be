"""Identity providers' addresses and names, as a connection may have them."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from chalicelib.errors import FieldError
from chalicelib.settings import Settings

URL_LONGEST: Final = 2048
ISSUER_LONGEST: Final = 1024  # characters; SAML Metadata section 2.2.1
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})


def url_errors(url: str, settings: Settings) -> list[FieldError]:
    """What is wrong with an identity provider's SSO address."""
    where = "/identity_provider_url"
    if not url.isascii() or not url.isprintable() or any(c in url for c in ' \\"<>^`{|}') or len(url) > URL_LONGEST:
        detail = f"Use an address of at most {URL_LONGEST} ASCII characters without blanks."
        return [FieldError(where, "invalid_url", detail)]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return [FieldError(where, "invalid_url", "This isn't an address.")]
    is_local = settings.local and parts.scheme == "http" and host in _LOCAL_HOSTS
    if parts.scheme != "https" and not is_local:
        return [FieldError(where, "not_https", "The address must begin with https://.")]
    if not host or port == 0 or "@" in parts.netloc or "#" in url:
        detail = "The address needs a host, and no user name, password or fragment."
        return [FieldError(where, "invalid_url", detail)]
    if f"{url}/".lower().startswith(f"{settings.base_url}/".lower()):
        detail = "This is your own Single Sign-On URL. Paste the one from your identity provider."
        return [FieldError(where, "own_url", detail)]
    return []


def issuer_errors(issuer: str, settings: Settings) -> list[FieldError]:
    """What is wrong with an identity provider's entity ID."""
    if issuer.lower().startswith(f"{settings.base_url}/saml/".lower()):
        detail = "This is your own service provider entity ID. Paste the issuer from your identity provider."
        return [FieldError("/identity_provider_issuer", "own_entity_id", detail)]
    if len(issuer) > ISSUER_LONGEST:
        detail = f"An issuer has at most {ISSUER_LONGEST} characters."
        return [FieldError("/identity_provider_issuer", "too_long", detail)]
    return _text_errors("/identity_provider_issuer", issuer)


def _text_errors(where: str, text: str) -> list[FieldError]:
    if text.isprintable() and text.strip() == text:
        return []
    return [FieldError(where, "invalid_text", "Remove blanks at the ends, line breaks and control characters.")]
