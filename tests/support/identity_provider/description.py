"""The content of a response as frozen values: `dataclasses.replace` derives every invalid response from a valid one.

Instants are text, so that nonsense can be said; `instant(seconds)` writes them relative to `NOW`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from tests.support.identity_provider import names

NOW: Final = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
BASE_URL: Final = "https://sso.example.test/api"
CONNECTION_ID: Final = "conn_0123456789abcdefghjkmnpqrstvwxyz"
ENTITY_ID: Final = f"{BASE_URL}/saml/{CONNECTION_ID}/metadata"
ACS_URL: Final = f"{BASE_URL}/saml/{CONNECTION_ID}/acs"
IDP_ISSUER: Final = "https://idp.acme.test/saml"
REQUEST_ID: Final = "_0123456789abcdefghjkmnpqrstvwxyz"

TreeChange = Callable[[etree._Element], "etree._Element | None"]


def instant(seconds: float = 0.0) -> str:
    """`NOW` plus so many seconds, as most identity providers write it: milliseconds only where there are some."""
    moment = NOW + timedelta(seconds=seconds)
    timespec = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A NameID; `format` None leaves the attribute out, as PingOne does."""

    value: str = "member@acme.test"
    format: str | None = names.EMAIL
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A SubjectConfirmation with its data; `data` False leaves SubjectConfirmationData out."""

    method: str | None = names.BEARER
    recipient: str | None = ACS_URL
    not_on_or_after: str | None = field(default_factory=lambda: instant(300))
    not_before: str | None = None
    in_response_to: str | None = REQUEST_ID
    address: str | None = None
    data: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Conditions; one tuple of audiences per AudienceRestriction."""

    not_before: str | None = field(default_factory=lambda: instant(-300))
    not_on_or_after: str | None = field(default_factory=lambda: instant(300))
    restrictions: tuple[tuple[str, ...], ...] = ((ENTITY_ID,),)
    one_time_use: bool = False
    proxy_count: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthnStatement:
    """An AuthnStatement; `class_reference` None leaves AuthnContextClassRef out."""

    instant: str | None = field(default_factory=lambda: instant(-5))
    session_index: str | None = "_session-1"
    session_not_on_or_after: str | None = None
    class_reference: str | None = names.PASSWORD
    declaration_reference: str | None = None
    authenticating_authority: str | None = None
    locality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An Attribute; `value_type` is the xsi:type that every value carries."""

    name: str
    values: tuple[str, ...]
    name_format: str | None = None
    friendly_name: str | None = None
    value_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How one element is signed. `key` names the key, `certificate` the key whose certificate KeyInfo shows."""

    key: str = "acme"
    algorithm: str = names.RSA_SHA256
    digest: str = names.SHA256
    canonicalization: str = names.EXC_C14N
    transforms: tuple[str, ...] = (names.ENVELOPED, names.EXC_C14N)
    inclusive_prefixes: str | None = None
    certificate: str | None = "same"
    prefix: str | None = "ds"
    reference: str | None = "same"
    line_width: int | None = None
    at_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """How the assertion is encrypted. `mask` is the xmlenc11 MGF; `key_beside` puts EncryptedKey beside the data."""

    content: str = names.AES256_GCM
    transport: str = names.RSA_OAEP
    digest: str | None = names.SHA1
    mask: str | None = None
    key: str = "service"
    key_beside: bool = False
    name_certificate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the document is written: prefixes (None means the default namespace), white space, base64 lines."""

    protocol: str | None = "samlp"
    assertion: str | None = "saml"
    assertion_namespace_on_response: bool = False
    schema_namespaces_on: str = "value"
    indent: bool = False
    declaration: bool = True
    line_end: str = ""
    line_width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Named surgery by moment. A tree change works in place, or answers with the new root.

    built: before anything is signed · assertion_signed: before encryption · encrypted: before the response is signed ·
    response_signed: after all signing · plaintext, name_id: what is encrypted ·
    octets: the serialized document · form: the posted text.
    """

    built: TreeChange | None = None
    assertion_signed: TreeChange | None = None
    encrypted: TreeChange | None = None
    response_signed: TreeChange | None = None
    plaintext: Callable[[bytes], bytes] | None = None
    name_id: Callable[[bytes], bytes] | None = None
    octets: Callable[[bytes], bytes] | None = None
    form: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One response. None leaves the element or attribute out."""

    response_id: str | None = "_response-1"
    assertion_id: str | None = "_assertion-1"
    version: str | None = "2.0"
    assertion_version: str | None = "2.0"
    issued_at: str | None = field(default_factory=lambda: instant(-1))
    assertion_issued_at: str | None = field(default_factory=lambda: instant(-1))
    destination: str | None = ACS_URL
    in_response_to: str | None = REQUEST_ID
    response_issuer: str | None = IDP_ISSUER
    assertion_issuer: str | None = IDP_ISSUER
    issuer_format: str | None = None
    status: tuple[str, ...] = (names.SUCCESS,)
    status_message: str | None = None
    consent: str | None = None
    subject: Subject | None = field(default_factory=Subject)
    confirmations: tuple[Confirmation, ...] = field(default_factory=lambda: (Confirmation(),))
    conditions: Conditions | None = field(default_factory=Conditions)
    authn: AuthnStatement | None = field(default_factory=AuthnStatement)
    attributes: tuple[Attribute, ...] = (
        Attribute(name="email", values=("member@acme.test",)),
        Attribute(name="groups", values=("engineering", "on-call")),
    )
    attributes_first: bool = False
    sign_assertion: Signing | None = field(default_factory=Signing)
    sign_response: Signing | None = None
    encryption: Encryption | None = None
    name_id_encryption: Encryption | None = None
    layout: Layout = field(default_factory=Layout)
    changes: Changes = field(default_factory=Changes)


GOOD: Final = Description()
