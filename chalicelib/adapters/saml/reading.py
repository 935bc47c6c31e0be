"""From canonical octets to values. What the standard allows once is read once; a second one is refused, not ignored.

Unknown attributes and elements are passed over (IIP-SP10), unknown conditions excepted (SAML Core section 2.5.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.adapters.saml import names
from chalicelib.adapters.saml.instant import instant_of, optional_instant
from chalicelib.adapters.saml.refused import malformed
from chalicelib.domain.assertion import NameID

BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

_SAML: Final = f"{{{names.SAML}}}"
_KNOWN_CONDITIONS: Final = {f"{_SAML}AudienceRestriction", f"{_SAML}OneTimeUse", f"{_SAML}ProxyRestriction"}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An Issuer element."""

    value: str
    format: str | None


@dataclass(frozen=True, slots=True)
class ReadResponse:
    """The Response's own values; `signed` says whether they were proven or are only what the message claims."""

    id: str
    destination: str | None
    in_response_to: str | None
    issuer: Issuer | None
    issued_at: datetime
    signed: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A bearer SubjectConfirmation (SAML Profiles section 4.1.4.2)."""

    recipient: str | None
    not_before: datetime | None
    not_on_or_after: datetime | None
    in_response_to: str | None


@dataclass(frozen=True, slots=True)
class Authentication:
    """An AuthnStatement."""

    at: datetime
    session_index: str | None
    session_not_on_or_after: datetime | None


@dataclass(frozen=True, slots=True)
class ReadAssertion:
    """The assertion's values as they were signed; judged by `rules`.

    Attributes:
        has_subject: a Subject that is absent or whose identifier is encrypted can't be judged.
        audiences: one entry for each AudienceRestriction.
        unknown_condition: a condition that nobody here understands.
    """

    id: str
    version: str | None
    issuer: Issuer | None
    issued_at: datetime
    has_subject: bool
    name_id: NameID | None
    confirmations: tuple[Confirmation, ...]
    not_before: datetime | None
    not_on_or_after: datetime | None
    audiences: tuple[tuple[str, ...], ...]
    unknown_condition: str | None
    authentications: tuple[Authentication, ...]
    attributes: dict[str, tuple[str, ...]]


def read_response(root: Element, *, signed: bool) -> ReadResponse:
    """The Response's own values.

    Raises:
        Refused: saml_malformed.
    """
    return ReadResponse(
        id=root.get("ID", ""),
        destination=root.get("Destination"),
        in_response_to=root.get("InResponseTo"),
        issuer=_issuer(root),
        issued_at=instant_of(root.get("IssueInstant"), "Response/IssueInstant"),
        signed=signed,
    )


def read_assertion(root: Element) -> ReadAssertion:
    """The assertion's values.

    Raises:
        Refused: saml_malformed.
    """
    subject, conditions = _at_most_one(root, "Subject"), _at_most_one(root, "Conditions")
    return ReadAssertion(
        id=root.get("ID", ""),
        version=root.get("Version"),
        issuer=_issuer(root),
        issued_at=instant_of(root.get("IssueInstant"), "Assertion/IssueInstant"),
        has_subject=subject is not None and _is_plain(subject),
        name_id=None if subject is None else _name_id(subject),
        confirmations=() if subject is None else _confirmations(subject),
        not_before=None if conditions is None else _instant(conditions, "NotBefore"),
        not_on_or_after=None if conditions is None else _instant(conditions, "NotOnOrAfter"),
        audiences=() if conditions is None else _audiences(conditions),
        unknown_condition=None if conditions is None else _unknown(conditions),
        authentications=tuple(_authentication(statement) for statement in root.findall(f"{_SAML}AuthnStatement")),
        attributes=_attributes(root),
    )


def _issuer(root: Element) -> Issuer | None:
    element = _at_most_one(root, "Issuer")
    return None if element is None else Issuer(_text(element), element.get("Format"))


def _is_plain(subject: Element) -> bool:
    """Whether the Subject's identifier, if it has one, is a NameID. The schema lets nothing foreign in here."""
    others = {child.tag for child in subject} - {f"{_SAML}NameID", f"{_SAML}SubjectConfirmation"}
    if others - {f"{_SAML}BaseID", f"{_SAML}EncryptedID"}:
        raise malformed("a Subject of SAML 2.0", str(sorted(map(str, others))[0])[:100])
    return not others


def _name_id(subject: Element) -> NameID | None:
    element = _at_most_one(subject, "NameID")
    if element is None:
        return None
    return NameID(
        value=_text(element),
        format=element.get("Format") or UNSPECIFIED,  # absent means unspecified, SAML Core section 8.3.1
        name_qualifier=element.get("NameQualifier"),
        sp_name_qualifier=element.get("SPNameQualifier"),
    )


def _confirmations(subject: Element) -> tuple[Confirmation, ...]:
    found = []
    for element in subject.findall(f"{_SAML}SubjectConfirmation"):
        data = _at_most_one(element, "SubjectConfirmationData")
        if element.get("Method") == BEARER and data is not None:
            confirmation = Confirmation(
                recipient=data.get("Recipient"),
                not_before=_instant(data, "NotBefore"),
                not_on_or_after=_instant(data, "NotOnOrAfter"),
                in_response_to=data.get("InResponseTo"),
            )
            found.append(confirmation)
    return tuple(found)


def _audiences(conditions: Element) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(_text(audience) for audience in restriction.findall(f"{_SAML}Audience"))
        for restriction in conditions.findall(f"{_SAML}AudienceRestriction")
    )


def _unknown(conditions: Element) -> str | None:
    return next((str(element.tag) for element in conditions if element.tag not in _KNOWN_CONDITIONS), None)


def _authentication(statement: Element) -> Authentication:
    return Authentication(
        at=instant_of(statement.get("AuthnInstant"), "AuthnInstant"),
        session_index=statement.get("SessionIndex"),
        session_not_on_or_after=_instant(statement, "SessionNotOnOrAfter"),
    )


def _attributes(root: Element) -> dict[str, tuple[str, ...]]:
    """Values by Name; FriendlyName counts for nothing (IIP-SP11). A value with elements in it is no text: left out."""
    found: dict[str, list[str]] = {}
    for attribute in root.iterfind(f"{_SAML}AttributeStatement/{_SAML}Attribute"):
        values = found.setdefault(attribute.get("Name", ""), [])
        values.extend(value.text or "" for value in attribute.findall(f"{_SAML}AttributeValue") if len(value) == 0)
    return {name: tuple(values) for name, values in found.items()}


def _instant(element: Element, name: str) -> datetime | None:
    return optional_instant(element.get(name), name)


def _at_most_one(element: Element, name: str) -> Element | None:
    found = element.findall(f"{_SAML}{name}")
    if len(found) > 1:
        raise malformed(f"one {name}", str(len(found)))
    return found[0] if found else None


def _text(element: Element) -> str:
    """The text exactly as signed; elements inside a text are refused, for readers differ on what remains."""
    if len(element):
        raise malformed("text alone", "elements")
    return element.text or ""
