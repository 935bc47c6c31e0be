"""From canonical octets to values. What the standard allows once is read once; a second one is refused, not ignored.

Unknown attributes and elements are passed over (IIP-SP10), unknown conditions excepted (SAML Core section 2.5.1.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.adapters.saml import names
from chalicelib.adapters.saml.instant import instant_of
from chalicelib.adapters.saml.refused import malformed
from chalicelib.domain.assertion import NameID

BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

_SAML: Final = f"{{{names.SAML}}}"
_SUBJECT: Final = f"{_SAML}Subject"
_NAME_ID: Final = f"{_SAML}NameID"
_CONFIRMATION: Final = f"{_SAML}SubjectConfirmation"
_CONFIRMATION_DATA: Final = f"{_SAML}SubjectConfirmationData"
_CONDITIONS: Final = f"{_SAML}Conditions"
_AUDIENCE_RESTRICTION: Final = f"{_SAML}AudienceRestriction"
_AUDIENCE: Final = f"{_SAML}Audience"
_AUTHN_STATEMENT: Final = f"{_SAML}AuthnStatement"
_ATTRIBUTE_STATEMENT: Final = f"{_SAML}AttributeStatement"
_ATTRIBUTE: Final = f"{_SAML}Attribute"
_ATTRIBUTE_VALUE: Final = f"{_SAML}AttributeValue"
_PLAIN_SUBJECT: Final = frozenset({_NAME_ID, _CONFIRMATION})
_UNREADABLE_SUBJECT: Final = frozenset({f"{_SAML}BaseID", f"{_SAML}EncryptedID"})
# Every assertion is used once, and none is passed on to others: that honours both.
_HONOURED: Final = frozenset({f"{_SAML}OneTimeUse", f"{_SAML}ProxyRestriction"})


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
        authentications: at least one.
    """

    id: str
    issuer: Issuer | None
    issued_at: datetime
    has_subject: bool
    name_id: NameID | None
    confirmations: tuple[Confirmation, ...]
    not_before: datetime | None
    not_on_or_after: datetime | None
    audiences: tuple[tuple[str, ...], ...]
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
        issuer=_issuer(_at_most_one(root, names.ISSUER)),
        issued_at=instant_of(root.get("IssueInstant"), "Response/IssueInstant"),
        signed=signed,
    )


def read_assertion(root: Element) -> ReadAssertion:
    """The assertion's values.

    Raises:
        Refused: saml_malformed.
    """
    if root.get("Version") != "2.0":
        raise malformed("an Assertion with Version 2.0", root.get("Version"))
    subject, conditions = _at_most_one(root, _SUBJECT), _at_most_one(root, _CONDITIONS)
    return ReadAssertion(
        id=root.get("ID", ""),
        issuer=_issuer(_at_most_one(root, names.ISSUER)),
        issued_at=instant_of(root.get("IssueInstant"), "Assertion/IssueInstant"),
        has_subject=subject is not None and _is_plain(subject),
        name_id=None if subject is None else _name_id(subject),
        confirmations=() if subject is None else tuple(_confirmations(subject)),
        not_before=None if conditions is None else _instant(conditions, "NotBefore"),
        not_on_or_after=None if conditions is None else _instant(conditions, "NotOnOrAfter"),
        audiences=() if conditions is None else _audiences(conditions),
        authentications=_authentications(root),
        attributes=_attributes(root),
    )


def _issuer(element: Element | None) -> Issuer | None:
    return None if element is None else Issuer(_text(element), element.get("Format"))


def _is_plain(subject: Element) -> bool:
    """Whether the Subject's identifier, if it has one, is a NameID. The schema lets nothing foreign in here."""
    others = {str(child.tag) for child in subject} - _PLAIN_SUBJECT
    if others - _UNREADABLE_SUBJECT:
        raise malformed("a Subject of SAML 2.0", min(others)[:100])
    return not others


def _name_id(subject: Element) -> NameID | None:
    element = _at_most_one(subject, _NAME_ID)
    if element is None:
        return None
    return NameID(
        value=_text(element),
        format=element.get("Format") or UNSPECIFIED,  # absent means unspecified, SAML Core section 8.3.1
        name_qualifier=element.get("NameQualifier"),
        sp_name_qualifier=element.get("SPNameQualifier"),
    )


def _confirmations(subject: Element) -> Iterator[Confirmation]:
    for element in subject.iterchildren(_CONFIRMATION):
        data = _at_most_one(element, _CONFIRMATION_DATA)
        if element.get("Method") == BEARER and data is not None:
            yield Confirmation(
                recipient=data.get("Recipient"),
                not_before=_instant(data, "NotBefore"),
                not_on_or_after=_instant(data, "NotOnOrAfter"),
                in_response_to=data.get("InResponseTo"),
            )


def _audiences(conditions: Element) -> tuple[tuple[str, ...], ...]:
    """Of every AudienceRestriction; a condition that nobody here understands leaves the assertion undecided."""
    audiences = []
    for condition in conditions:
        if condition.tag == _AUDIENCE_RESTRICTION:
            audiences.append(tuple([_text(audience) for audience in condition.iterchildren(_AUDIENCE)]))
        elif condition.tag not in _HONOURED:
            raise malformed("conditions of SAML 2.0", str(condition.tag)[:100])
    return tuple(audiences)


def _authentications(root: Element) -> tuple[Authentication, ...]:
    statements = [*root.iterchildren(_AUTHN_STATEMENT)]
    if not statements:
        raise malformed("an AuthnStatement", "none")
    return tuple([_authentication(statement) for statement in statements])


def _authentication(statement: Element) -> Authentication:
    return Authentication(
        at=instant_of(statement.get("AuthnInstant"), "AuthnInstant"),
        session_index=statement.get("SessionIndex"),
        session_not_on_or_after=_instant(statement, "SessionNotOnOrAfter"),
    )


def _attributes(root: Element) -> dict[str, tuple[str, ...]]:
    """Values by Name; FriendlyName counts for nothing (IIP-SP11). A value with elements in it is no text: left out."""
    found: dict[str, tuple[str, ...]] = {}
    for statement in root.iterchildren(_ATTRIBUTE_STATEMENT):
        for attribute in statement.iterchildren(_ATTRIBUTE):
            name = attribute.get("Name", "")
            values = tuple([value.text or "" for value in attribute.iterchildren(_ATTRIBUTE_VALUE) if not len(value)])
            found[name] = found[name] + values if name in found else values
    return found


def _instant(element: Element, name: str) -> datetime | None:
    text = element.get(name)
    return None if text is None else instant_of(text, name)


def _at_most_one(element: Element, tag: str) -> Element | None:
    found = [*element.iterchildren(tag)]
    if len(found) > 1:
        raise malformed(f"{tag} once", str(len(found)))
    return found[0] if found else None


def _text(element: Element) -> str:
    """The text exactly as signed; elements inside a text are refused, for readers differ on what remains."""
    if len(element):
        raise malformed("text alone", "elements")
    return element.text or ""
