"""Guidance for each refusal: who can fix it, whether to retry, and where. The texts are in
`i18n/locales/{language}/refusal.json`, under the same codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from chalicelib.connections.provider_console import ConsolePlace
from chalicelib.saml.check import Check
from chalicelib.saml.refusal import RefusalCode as Code
from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.sign_in.refusal_variant import MISSING, variant_of


@dataclass(frozen=True, slots=True)
class Advice:
    """The guidance for one refusal code.

    Attributes:
        retry_helps: a retry may work without any change.
        place: the relevant place in the identity provider's console, or None if nothing there is wrong.
        wrong_person: the user may have signed in with the wrong account; another one may work.
    """

    fixer: ResponsibleParty
    retry_helps: bool = False
    place: ConsolePlace | None = None
    wrong_person: bool = False


_USER, _IDP, _ACCOUNT, _SUPPORT = (
    ResponsibleParty.USER,
    ResponsibleParty.IDP_ADMIN,
    ResponsibleParty.ACCOUNT_ADMIN,
    ResponsibleParty.SUPPORT,
)

ADVICE: Final[dict[Code, Advice]] = {
    Code.SAML_MALFORMED: Advice(_IDP, retry_helps=True),
    Code.SAML_TOO_LARGE: Advice(_IDP, place=ConsolePlace.ATTRIBUTES),
    Code.SAML_UNSIGNED: Advice(_IDP, place=ConsolePlace.SIGNING),
    Code.SAML_SIGNATURE_INVALID: Advice(_IDP, retry_helps=True, place=ConsolePlace.CERTIFICATE),
    Code.SAML_CERTIFICATE_MISMATCH: Advice(_ACCOUNT, place=ConsolePlace.CERTIFICATE),
    Code.SAML_WEAK_ALGORITHM: Advice(_IDP, place=ConsolePlace.SIGNING),
    Code.SAML_ISSUER_MISMATCH: Advice(_ACCOUNT, place=ConsolePlace.ISSUER),
    Code.SAML_AUDIENCE_MISMATCH: Advice(_IDP, place=ConsolePlace.ENTITY_ID),
    Code.SAML_DESTINATION_MISMATCH: Advice(_IDP, place=ConsolePlace.ACS_URL),
    Code.SAML_RECIPIENT_MISMATCH: Advice(_IDP, place=ConsolePlace.ACS_URL),
    Code.SAML_NOT_YET_VALID: Advice(_IDP, retry_helps=True, place=ConsolePlace.CLOCK),
    Code.SAML_EXPIRED: Advice(_USER, retry_helps=True, place=ConsolePlace.CLOCK),
    Code.SAML_REPLAYED: Advice(_USER, retry_helps=True),
    Code.SAML_NO_REQUEST: Advice(_USER, retry_helps=True),
    Code.SAML_REQUEST_MISMATCH: Advice(_USER, retry_helps=True),
    Code.SAML_REQUEST_EXPIRED: Advice(_USER, retry_helps=True),
    Code.SAML_STATUS_NOT_SUCCESS: Advice(_IDP, retry_helps=True, place=ConsolePlace.ASSIGNMENT, wrong_person=True),
    Code.SAML_DECRYPTION_FAILED: Advice(_IDP, place=ConsolePlace.ENCRYPTION),
    Code.SAML_SUBJECT_MISSING: Advice(_IDP, place=ConsolePlace.NAME_ID),
    Code.SUBJECT_MISMATCH: Advice(_ACCOUNT, wrong_person=True),
    Code.EMAIL_MISSING: Advice(_IDP, place=ConsolePlace.ATTRIBUTES),
    Code.EMAIL_AMBIGUOUS: Advice(_IDP, place=ConsolePlace.ATTRIBUTES),
    Code.EMAIL_DOMAIN_NOT_ALLOWED: Advice(_USER, retry_helps=True, wrong_person=True),
    Code.USER_NOT_PROVISIONED: Advice(_ACCOUNT, wrong_person=True),
    Code.USER_DISABLED: Advice(_ACCOUNT, wrong_person=True),
    Code.CONNECTION_NOT_CONFIGURED: Advice(_ACCOUNT, place=ConsolePlace.METADATA),
    Code.CONNECTION_DISABLED: Advice(_ACCOUNT),
    Code.ENTERPRISE_PLAN_REQUIRED: Advice(_SUPPORT),
    Code.SSO_DISABLED: Advice(_ACCOUNT),
    Code.TEMPORARILY_UNAVAILABLE: Advice(_SUPPORT, retry_helps=True),
}


VARIANTS: Final[dict[tuple[Code, str], Advice]] = {
    (Code.SAML_MALFORMED, "id"): Advice(_IDP),
    (Code.SAML_MALFORMED, "content"): Advice(_IDP),
    (Code.SAML_SIGNATURE_INVALID, "altered"): Advice(_IDP, retry_helps=True, place=ConsolePlace.CERTIFICATE),
    (Code.SAML_SIGNATURE_INVALID, "canonicalization"): Advice(_IDP, place=ConsolePlace.SIGNING),
    (Code.SAML_SIGNATURE_INVALID, "form"): Advice(_IDP, place=ConsolePlace.SIGNING),
    (Code.SAML_WEAK_ALGORITHM, "key_transport"): Advice(_IDP, place=ConsolePlace.ENCRYPTION),
    (Code.SAML_WEAK_ALGORITHM, "content_encryption"): Advice(_IDP, place=ConsolePlace.ENCRYPTION),
    (Code.SAML_ISSUER_MISMATCH, MISSING): Advice(_IDP, place=ConsolePlace.ISSUER),
    (Code.SAML_ISSUER_MISMATCH, "white_space"): Advice(_IDP, place=ConsolePlace.ISSUER),
    (Code.SAML_ISSUER_MISMATCH, "format"): Advice(_IDP, place=ConsolePlace.ISSUER),
    (Code.SAML_AUDIENCE_MISMATCH, MISSING): Advice(_IDP, place=ConsolePlace.ENTITY_ID),
    (Code.SAML_DESTINATION_MISMATCH, MISSING): Advice(_IDP, place=ConsolePlace.ACS_URL),
    (Code.SAML_RECIPIENT_MISMATCH, MISSING): Advice(_IDP, place=ConsolePlace.ACS_URL),
    (Code.SAML_EXPIRED, MISSING): Advice(_IDP),
    (Code.SAML_EXPIRED, "session"): Advice(_USER, retry_helps=True),
    (Code.SAML_NO_REQUEST, "unsolicited"): Advice(_USER, retry_helps=True),
    (Code.SAML_REQUEST_MISMATCH, "unsolicited"): Advice(_IDP),
    (Code.SAML_REQUEST_MISMATCH, "unsigned"): Advice(_IDP),
    (Code.SAML_STATUS_NOT_SUCCESS, "authn_failed"): Advice(_USER, retry_helps=True, wrong_person=True),
    (Code.SAML_STATUS_NOT_SUCCESS, "name_id_policy"): Advice(_IDP, place=ConsolePlace.NAME_ID),
    (Code.SAML_STATUS_NOT_SUCCESS, "authn_context"): Advice(_IDP),
    (Code.SAML_STATUS_NOT_SUCCESS, "no_passive"): Advice(_USER, retry_helps=True),
    (Code.SAML_STATUS_NOT_SUCCESS, "request_denied"): Advice(_IDP, place=ConsolePlace.ASSIGNMENT, wrong_person=True),
    (Code.SAML_STATUS_NOT_SUCCESS, "request_unsupported"): Advice(_IDP, place=ConsolePlace.METADATA),
    (Code.SAML_STATUS_NOT_SUCCESS, "unknown_principal"): Advice(_IDP, place=ConsolePlace.ASSIGNMENT, wrong_person=True),
    (Code.SAML_STATUS_NOT_SUCCESS, "requester"): Advice(_IDP, place=ConsolePlace.ENTITY_ID),
    (Code.SAML_STATUS_NOT_SUCCESS, "responder"): Advice(_IDP, retry_helps=True),
    (Code.SAML_SUBJECT_MISSING, "encrypted"): Advice(_IDP, place=ConsolePlace.ENCRYPTION),
    (Code.SAML_SUBJECT_MISSING, "confirmation"): Advice(_IDP, place=ConsolePlace.NAME_ID),
    (Code.SUBJECT_MISMATCH, "two_users"): Advice(_ACCOUNT, wrong_person=True),
    (Code.EMAIL_MISSING, "encrypted"): Advice(_IDP, place=ConsolePlace.ATTRIBUTES),
    (Code.EMAIL_MISSING, "unusable"): Advice(_IDP, place=ConsolePlace.ATTRIBUTES),
    (Code.USER_NOT_PROVISIONED, "elsewhere"): Advice(_SUPPORT, wrong_person=True),
    (Code.USER_NOT_PROVISIONED, "removed"): Advice(_ACCOUNT, wrong_person=True),
}
"""By code and variant (`refusal_variant.py`)."""


def advice_for(code: Code, variant: str | None = None) -> Advice:
    """Returns the guidance for a refusal, specific to its variant if there is any."""
    return VARIANTS.get((code, variant or ""), ADVICE[code])


def advice_of(code: str | None, checks: Iterable[Check] = ()) -> Advice | None:
    """Returns the guidance for a stored code, or None if there is no code or it is obsolete."""
    try:
        known = Code(code) if code else None
    except ValueError:
        return None
    return advice_for(known, variant_of(known, checks)) if known else None
