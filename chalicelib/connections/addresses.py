"""Validates the URLs and entity IDs of identity providers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from chalicelib.errors import FieldError
from chalicelib.host_name import is_host
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.provider_address import is_sign_in_link
from chalicelib.settings import Settings

MAX_URL_LENGTH: Final = 2048
MAX_ISSUER_LENGTH: Final = 1024  # characters; SAML Metadata section 2.2.1
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})


def url_errors(url: str, settings: Settings) -> list[FieldError]:
    """Returns the errors of an identity provider's SSO URL."""
    where = "/identity_provider_url"
    if not url.isascii() or not url.isprintable() or any(c in url for c in ' \\"<>^`{|}') or len(url) > MAX_URL_LENGTH:
        return [FieldError(where, "invalid_url", message("fault.field.too_long_url"))]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return [FieldError(where, "invalid_url", message("fault.field.no_address"))]
    is_local = settings.local and parts.scheme == "http" and host in _LOCAL_HOSTS
    if parts.scheme != "https" and not is_local:
        return [FieldError(where, "not_https", message("fault.field.not_https"))]
    if not host or not is_host(host) or port == 0 or "@" in parts.netloc or "#" in url:
        return [FieldError(where, "invalid_url", message("fault.field.no_host"))]
    if is_sign_in_link(url):
        return [FieldError(where, "sign_in_link", message("fault.import.sign_in_link"))]
    if f"{url}/".lower().startswith(f"{settings.base_url}/".lower()):
        return [FieldError(where, "own_url", message("fault.import.own_url"))]
    return []


def issuer_errors(issuer: str, settings: Settings) -> list[FieldError]:
    """Returns the errors of an identity provider's entity ID."""
    if issuer.lower().startswith(f"{settings.base_url}/saml/".lower()):
        return [FieldError("/identity_provider_issuer", "own_entity_id", message("fault.field.own_entity_id"))]
    if len(issuer) > MAX_ISSUER_LENGTH:
        return [FieldError("/identity_provider_issuer", "too_long", message("fault.field.too_long_issuer"))]
    return _text_errors("/identity_provider_issuer", issuer)


def _text_errors(where: str, text: str) -> list[FieldError]:
    if text.isprintable() and text.strip() == text:
        return []
    return [FieldError(where, "invalid_text", message("fault.field.blanks"))]
