"""Reads email address, name and groups from an assertion by the connection's attribute mapping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.errors import SignInRefused
from chalicelib.i18n.message import message
from chalicelib.saml.assertion import Assertion, SignedSubject
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.saml.refusal import RefusalCode
from chalicelib.users.email_address import canonical_address

NAME_ID: Final = "NameID"
"""The mapping value that refers to the subject's NameID; never an attribute of that name."""

MAX_NAME_LENGTH: Final = 200
_BLANKS: Final = " \t\r\n"  # XML's white space
_Subject = Assertion | SignedSubject

_MAY_BE_AN_ADDRESS: Final = frozenset(
    {
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        "urn:oasis:names:tc:SAML:1.0:nameid-format:unspecified",  # JumpCloud's spelling
        "urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified",
    }
)


def email_of(assertion: Assertion, connection: Connection) -> str:
    """Returns the canonical address from the first mapped source that is present.

    Sources are tried in the mapping's order. An attribute with only empty values counts as absent: directories send
    those for users without a value. If none is present, the NameID is the source, if its format is emailAddress or
    unspecified (Google, Okta and JumpCloud send no attributes by default, and often declare the format as unspecified);
    a persistent or transient NameID never is. In any case the identity provider's authority ends at the organization's
    verified domains, which the caller checks. A source may repeat the same address and contain empty values; two
    different addresses are ambiguous.

    Args:
        connection: provides the `attribute_mapping`.

    Raises:
        SignInRefused: `email_missing`: no source, or a value that is no plain ASCII address; `email_ambiguous`: several
            addresses.
    """
    mapped = connection.attribute_mapping.email
    source, values = _email_source(assertion, connection)
    addresses = _addresses(values)
    if len(addresses) == 1 and None not in addresses:
        (address,) = addresses
        return str(address)
    code = RefusalCode.EMAIL_AMBIGUOUS if addresses and None not in addresses else RefusalCode.EMAIL_MISSING
    expected = message("check.email.one_address")
    if not source or (source == NAME_ID and NAME_ID not in mapped and not any("@" in value for value in values)):
        source, expected = "", message("check.email.one_address_in", names=", ".join((*mapped, NAME_ID)))
    check = Check(CheckName.EMAIL, False, expected, _attribute_value(source, values, assertion))
    raise SignInRefused(code, checks=(*assertion.checks, check))


def is_address_private(assertion: Assertion, connection: Connection) -> bool:
    """Returns True if the address is an encrypted NameID that doesn't name this connection.

    It may be another tenant's, so it is shown only if its domain is the organization's.
    """
    source, _ = _email_source(assertion, connection)
    return source == NAME_ID and assertion.name_id is not None and not assertion.name_id.is_bound


def signed_email(signed: SignedSubject | None, connection: Connection) -> str | None:
    """Returns the address from a signed but refused assertion, for the attempt. None if there is none or several."""
    if signed is None:
        return None
    addresses = _addresses(_email_source(signed, connection)[1])
    return addresses.pop() if len(addresses) == 1 else None


def name_of(assertion: Assertion, connection: Connection) -> str | None:
    """Returns first and last name, as far as they are present."""
    mapping = connection.attribute_mapping
    parts = (_first_text(assertion, mapping.first_name), _first_text(assertion, mapping.last_name))
    return " ".join(part for part in parts if part)[:MAX_NAME_LENGTH] or None


def groups_of(assertion: Assertion, connection: Connection) -> tuple[str, ...]:
    """Returns all values of the first mapped attribute that is present, without duplicates, in document order."""
    _, values = _source(assertion, connection.attribute_mapping.groups)
    return tuple(dict.fromkeys(values))


def sources_of(assertion: Assertion, connection: Connection) -> dict[str, str]:
    """Maps each field to its source: an attribute name or `NAME_ID`. Fields without a source are omitted."""
    mapping = connection.attribute_mapping
    found = {
        "email": _email_source(assertion, connection)[0],
        "first_name": _source(assertion, mapping.first_name)[0],
        "last_name": _source(assertion, mapping.last_name)[0],
        "groups": _source(assertion, mapping.groups)[0],
    }
    return {field: source for field, source in found.items() if source}


def _addresses(values: Sequence[str]) -> set[str | None]:
    """Returns the distinct addresses among the values; None represents values that are no address. Empty values are
    ignored if there are others."""
    given = [value for value in values if value.strip(_BLANKS)] or values
    return {canonical_address(value.strip(_BLANKS)) for value in given}


def _email_source(assertion: _Subject, connection: Connection) -> tuple[str, tuple[str, ...]]:
    source, values = _source(assertion, connection.attribute_mapping.email)
    name_id = assertion.name_id
    if not source and name_id is not None and name_id.format in _MAY_BE_AN_ADDRESS:
        return NAME_ID, (name_id.value,)
    return source, values


def _source(assertion: _Subject, candidates: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Returns the first candidate that is present, with its values."""
    for name in candidates:
        values = _attribute_values(assertion, name)
        if values:
            return name, values
    return "", ()


def _attribute_values(assertion: _Subject, name: str) -> tuple[str, ...]:
    if name == NAME_ID:
        name_id = assertion.name_id
        return (name_id.value,) if name_id is not None and name_id.is_bound else ()
    values = assertion.attributes.get(name, ())
    return values if any(values) else ()


def _first_text(assertion: Assertion, candidates: Sequence[str]) -> str:
    _, values = _source(assertion, candidates)
    text = " ".join(values[0].split()) if values else ""
    return "".join(character for character in text if character.isprintable())


def _attribute_value(source: str, values: Sequence[str], assertion: Assertion) -> Told:
    if assertion.name_id is not None and not assertion.name_id.is_bound and source in {"", NAME_ID}:
        return message("check.email.encrypted_name_id")
    if source:
        return f"{source}: {', '.join(values)}"
    if not assertion.attributes:
        return message("check.email.no_attributes")
    return message("check.email.no_mapped", names=", ".join(assertion.attributes))
