"""Determines the variant of a refusal, because one code can have several causes.

The variant is derived from the failed check and its message codes and SAML status codes, never from a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chalicelib.i18n.message import Message
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.saml.refusal import RefusalCode as Code

MISSING: Final = "missing"
_STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"

_VALUE_CHECKS: Final[dict[Code, CheckName]] = {
    Code.SAML_ISSUER_MISMATCH: CheckName.ISSUER,
    Code.SAML_AUDIENCE_MISMATCH: CheckName.AUDIENCE,
    Code.SAML_DESTINATION_MISMATCH: CheckName.DESTINATION,
    Code.SAML_RECIPIENT_MISMATCH: CheckName.RECIPIENT,
}
"""Codes for a value that differs from the expected one, with the check of that value."""

_BY_EXPECTED: Final[dict[Code, dict[str, str]]] = {
    Code.SAML_MALFORMED: {
        "check.readable.xml_name": "id",
        "check.readable.no_document_type": "content",
        "check.readable.utf8": "content",
        "check.readable.nothing_beside": "content",
        "check.readable.no_comments": "content",
        "check.readable.response_2": "content",
        "check.readable.assertion_2": "content",
        "check.readable.subject_2": "content",
        "check.readable.conditions_2": "content",
        "check.readable.statement": "content",
        "check.readable.authn_context": "content",
        "check.readable.instant": "content",
    },
    Code.SAML_REQUEST_MISMATCH: {"check.request.signed": "unsigned"},
    Code.SAML_SIGNATURE_INVALID: {
        "check.signature.what_was_signed": "altered",
        "check.signature.exclusive": "canonicalization",
        "check.signature.two_transforms": "form",
        "check.signature.parts": "form",
        "check.signature.only_inclusive": "form",
        "check.signature.canonical": "form",
        "check.signature.one_signature": "form",
        "check.signature.few_namespaces": "form",
        "check.signature.one_reference": "form",
        "check.signature.no_parameters": "form",
        "check.signature.enveloped": "form",
        "check.signature.short_prefixes": "form",
        "check.signature.base64": "form",
        "check.signature.elements": "form",
    },
    Code.SAML_WEAK_ALGORITHM: {
        "check.encryption.key_transport": "key_transport",
        "check.encryption.content": "content_encryption",
    },
}
_BY_RECEIVED: Final[dict[Code, dict[str, str]]] = {
    Code.SAML_SUBJECT_MISSING: {
        "check.subject.encrypted": "encrypted",
        "check.subject.no_subject": "confirmation",
        "check.recipient.no_bearer": "confirmation",
    },
    Code.SAML_MALFORMED: {
        "check.readable.another_version": "content",
        "check.times.must_not_be_there": "content",
        "check.times.window": "content",
    },
    Code.SAML_EXPIRED: {"check.times.missing": MISSING, "check.times.session": "session"},
    Code.SAML_REQUEST_MISMATCH: {"check.request.unsolicited": "unsolicited"},
    Code.SAML_NO_REQUEST: {"check.request.unsolicited": "unsolicited"},
    Code.SUBJECT_MISMATCH: {"check.user.two": "two_users"},
    Code.USER_NOT_PROVISIONED: {"check.user.elsewhere": "elsewhere", "check.user.removed": "removed"},
}
_BY_STATUS: Final[dict[str, str]] = {
    f"{_STATUS}{name}": variant
    for name, variant in (
        ("AuthnFailed", "authn_failed"),
        ("InvalidNameIDPolicy", "name_id_policy"),
        ("NoAuthnContext", "authn_context"),
        ("NoPassive", "no_passive"),
        ("RequestDenied", "request_denied"),
        ("RequestUnsupported", "request_unsupported"),
        ("UnsupportedBinding", "request_unsupported"),
        ("RequestVersionTooHigh", "request_unsupported"),
        ("RequestVersionTooLow", "request_unsupported"),
        ("RequestVersionDeprecated", "request_unsupported"),
        ("VersionMismatch", "request_unsupported"),
        ("UnknownPrincipal", "unknown_principal"),
        ("Requester", "requester"),
        ("Responder", "responder"),
    )
}
"""Variants by SAML status code (SAML Core section 3.2.2.2): the second level where it is more specific than the
first."""


def variant_of(code: Code, checks: Iterable[Check]) -> str | None:
    """Returns the variant of a refusal by its failed checks, or None."""
    failed = [check for check in checks if not check.passed]
    if (name := _VALUE_CHECKS.get(code)) is not None:
        return next((_value_variant(check) for check in failed if check.name is name), None)
    if code is Code.SAML_STATUS_NOT_SUCCESS:
        sent = [check.received for check in failed if check.name is CheckName.STATUS]
        statuses = [status for value in sent for status in _statuses(value)]
        return next((_BY_STATUS[status] for status in reversed(statuses) if status in _BY_STATUS), None)
    if code is Code.EMAIL_MISSING:
        if any(_code(check.received) == "check.email.encrypted_name_id" for check in failed):
            return "encrypted"
        is_sent = any(check.name is CheckName.EMAIL and isinstance(check.received, str) for check in failed)
        return "unusable" if is_sent else None
    expected, received = _BY_EXPECTED.get(code, {}), _BY_RECEIVED.get(code, {})
    found = (expected.get(_code(check.expected)) or received.get(_code(check.received)) for check in failed)
    return next(filter(None, found), None)


def _value_variant(check: Check) -> str | None:
    if _is_missing(check.received):
        return MISSING
    if check.name is not CheckName.ISSUER:
        return None
    if _code(check.received) == "check.issuer.format":
        return "format"
    is_padded = isinstance(check.received, str) and check.received.strip() == check.expected
    return "white_space" if is_padded else None


def _code(value: Told | None) -> str:
    return value.code if isinstance(value, Message) else ""


def _is_missing(value: Told | None) -> bool:
    return value in (None, "") or _code(value).endswith(".missing")


def _statuses(value: Told | None) -> Iterable[str]:
    """Yields the status codes in a received status, the first level first."""
    if not isinstance(value, Message):
        return
    values = dict(value.parameters)
    if isinstance(inner := values.get("status"), Message):
        yield from _statuses(inner)
    yield from (str(values[name]) for name in ("top", "second") if name in values)
