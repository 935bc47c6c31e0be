"""Parses signed canonical XML into values. An element that the standard permits once is refused if it occurs twice,
never ignored.

Unknown attributes and elements are ignored (IIP-SP10), except for unknown conditions (SAML Core section 2.5.1.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml.etree import _Element as Element

from chalicelib.i18n.message import message
from chalicelib.saml import names
from chalicelib.saml.assertion import NameID, ProxyRestriction
from chalicelib.saml.instant import instant_of
from chalicelib.saml.uri import XML_BLANKS, optional_uri, uri
from chalicelib.saml.validation_error import malformed

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
ENCRYPTED_ID: Final = f"{_SAML}EncryptedID"
_PLAIN_SUBJECT: Final = frozenset({_NAME_ID, _CONFIRMATION})
_UNREADABLE_SUBJECT: Final = frozenset({f"{_SAML}BaseID", ENCRYPTED_ID})
_AUTHN_CONTEXT: Final = f"{_SAML}AuthnContext"
_CONTEXT_TEXTS: Final = (f"{_SAML}AuthnContextClassRef", f"{_SAML}AuthnContextDeclRef")
_CONTEXT_DECLARATION: Final = f"{_SAML}AuthnContextDecl"
_PROXY_RESTRICTION: Final = f"{_SAML}ProxyRestriction"
# Every assertion is accepted once, which satisfies OneTimeUse. ProxyRestriction is passed on to token issuers.
_UNDERSTOOD: Final = frozenset({f"{_SAML}OneTimeUse", _PROXY_RESTRICTION})
_COUNT: Final = re.compile(r"[0-9]{1,9}")


@dataclass(slots=True)
class Issuer:
    """An Issuer element."""

    value: str
    format: str | None


@dataclass(slots=True)
class DecryptedID:
    """The NameID inside an EncryptedID. `is_bound` is True if it names this connection."""

    name_id: Element
    is_bound: bool


@dataclass(slots=True)
class ParsedResponse:
    """The Response's own values. `signed` is False if they are unverified."""

    id: str
    destination: str | None
    in_response_to: str | None
    issuer: Issuer | None
    issued_at: datetime
    signed: bool


@dataclass(slots=True)
class Confirmation:
    """A bearer SubjectConfirmation (SAML Profiles section 4.1.4.2)."""

    recipient: str | None
    not_before: datetime | None
    not_on_or_after: datetime | None
    in_response_to: str | None


@dataclass(slots=True)
class Authentication:
    """An AuthnStatement."""

    at: datetime
    session_index: str | None
    session_not_on_or_after: datetime | None


@dataclass(slots=True)
class ParsedAssertion:
    """The assertion's signed values, validated by the `validate` module.

    Attributes:
        has_subject: False if there is no Subject or its identifier can't be read, so that it can't be validated.
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
    proxy_restriction: ProxyRestriction | None = None


def parse_response(root: Element, *, signed: bool) -> ParsedResponse:
    """Parses the Response's own values.

    Raises:
        ValidationError: saml_malformed.
    """
    return ParsedResponse(
        id=root.get("ID", ""),
        destination=optional_uri(root.get("Destination")),
        in_response_to=root.get("InResponseTo"),
        issuer=_issuer(_at_most_one(root, names.ISSUER)),
        issued_at=instant_of(root.get("IssueInstant"), "Response/IssueInstant"),
        signed=signed,
    )


def parse_assertion(root: Element, identifier: DecryptedID | None = None) -> ParsedAssertion:
    """Parses the assertion's values.

    Args:
        identifier: what the Subject's EncryptedID contained.

    Raises:
        ValidationError: saml_malformed.
    """
    if root.get("Version") != "2.0":
        raise malformed(message("check.readable.assertion_2"), root.get("Version"))
    subject, conditions = _at_most_one(root, _SUBJECT), _at_most_one(root, _CONDITIONS)
    return ParsedAssertion(
        id=root.get("ID", ""),
        issuer=_issuer(_at_most_one(root, names.ISSUER)),
        issued_at=instant_of(root.get("IssueInstant"), "Assertion/IssueInstant"),
        has_subject=subject is not None and _is_plain(subject, identifier),
        name_id=None if subject is None else _name_id(subject, identifier),
        confirmations=() if subject is None else tuple(_confirmations(subject)),
        not_before=None if conditions is None else _instant(conditions, "NotBefore"),
        not_on_or_after=None if conditions is None else _instant(conditions, "NotOnOrAfter"),
        audiences=() if conditions is None else _audiences(conditions),
        authentications=_authentications(root),
        attributes=_attributes(root),
        proxy_restriction=None if conditions is None else _proxy_restriction(conditions),
    )


def _issuer(element: Element | None) -> Issuer | None:
    return None if element is None else Issuer(_text(element), element.get("Format"))


def _is_plain(subject: Element, identifier: DecryptedID | None) -> bool:
    """Returns True if the Subject has a NameID or no identifier. The schema permits no extensions here."""
    others = {str(child.tag) for child in subject} - _PLAIN_SUBJECT
    if identifier is not None and _at_most_one(subject, ENCRYPTED_ID) is not None:
        others.discard(ENCRYPTED_ID)
    if others - _UNREADABLE_SUBJECT:
        raise malformed(message("check.readable.subject_2"), min(others)[:100])
    return not others


def _name_id(subject: Element, identifier: DecryptedID | None) -> NameID | None:
    element = _at_most_one(subject, _NAME_ID)
    if element is not None and identifier is not None:
        raise malformed(message("check.readable.once", name="NameID"), "NameID, EncryptedID")
    if element is None and identifier is not None:
        element = identifier.name_id
    if element is None:
        return None
    return NameID(
        value=_text(element),
        format=element.get("Format") or UNSPECIFIED,  # absent means unspecified, SAML Core section 8.3.1
        name_qualifier=element.get("NameQualifier"),
        sp_name_qualifier=element.get("SPNameQualifier"),
        is_bound=identifier is None or identifier.is_bound,
    )


def _confirmations(subject: Element) -> Iterator[Confirmation]:
    for element in subject.iterchildren(_CONFIRMATION):
        data = _at_most_one(element, _CONFIRMATION_DATA)
        if element.get("Method") == BEARER and data is not None:
            yield Confirmation(
                recipient=optional_uri(data.get("Recipient")),
                not_before=_instant(data, "NotBefore"),
                not_on_or_after=_instant(data, "NotOnOrAfter"),
                in_response_to=data.get("InResponseTo"),
            )


def _audience_values(condition: Element) -> tuple[str, ...]:
    return tuple([uri(_text(audience)) for audience in condition.iterchildren(_AUDIENCE)])


def _proxy_restriction(conditions: Element) -> ProxyRestriction | None:
    element = _at_most_one(conditions, _PROXY_RESTRICTION)
    if element is None:
        return None
    count = element.get("Count")
    if count is not None and _COUNT.fullmatch(count.strip(XML_BLANKS)) is None:
        raise malformed(message("check.readable.conditions_2"), f"ProxyRestriction/Count {count[:100]}")
    return ProxyRestriction(None if count is None else int(count), _audience_values(element))


def _audiences(conditions: Element) -> tuple[tuple[str, ...], ...]:
    """Returns the audiences of every AudienceRestriction. An unknown condition makes the assertion's validity
    indeterminate, so it is refused."""
    audiences = []
    for condition in conditions:
        if condition.tag == _AUDIENCE_RESTRICTION:
            audiences.append(_audience_values(condition))
        elif condition.tag not in _UNDERSTOOD:
            raise malformed(message("check.readable.conditions_2"), str(condition.tag)[:100])
    return tuple(audiences)


def _authentications(root: Element) -> tuple[Authentication, ...]:
    statements = [*root.iterchildren(_AUTHN_STATEMENT)]
    if not statements:
        raise malformed(message("check.readable.statement"), message("check.readable.none"))
    return tuple([_authentication(statement) for statement in statements])


def _authentication(statement: Element) -> Authentication:
    _require_context(statement)
    return Authentication(
        at=instant_of(statement.get("AuthnInstant"), "AuthnInstant"),
        session_index=statement.get("SessionIndex"),
        session_not_on_or_after=_instant(statement, "SessionNotOnOrAfter"),
    )


def _require_context(statement: Element) -> None:
    """Requires a class or a declaration in AuthnContext (SAML Core section 2.7.2.2)."""
    context = _at_most_one(statement, _AUTHN_CONTEXT)
    if context is not None:
        if any(uri(_text(found)) for found in context.iterchildren(*_CONTEXT_TEXTS)):
            return
        if context.find(_CONTEXT_DECLARATION) is not None:
            return
    raise malformed(message("check.readable.authn_context"), message("check.readable.none"))


def _attributes(root: Element) -> dict[str, tuple[str, ...]]:
    """Returns values by Name, ignoring FriendlyName (IIP-SP11). A value that contains elements is omitted."""
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
        raise malformed(message("check.readable.once", name=tag), str(len(found)))
    return found[0] if found else None


def _text(element: Element) -> str:
    """Returns the text exactly as signed. Elements inside are refused: parsers disagree on the text of mixed
    content."""
    if len(element):
        raise malformed(message("check.readable.text_alone"), message("check.readable.elements"))
    return element.text or ""
