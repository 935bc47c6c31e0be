"""Items that bind an identity provider's NameIDs to users.

SUBJECT#{sha256} / SUBJECT                                       the user of a NameID
ORG#{organization_id} / BOUND#{user_id}#{connection_id}#{sha256} the only NameID of a user under one issuer
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from chalicelib.aws.condition import absent, equals
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key
from chalicelib.aws.transaction import Write, delete, put
from chalicelib.errors import Conflict, SignInRefused
from chalicelib.i18n.message import message
from chalicelib.saml.assertion import NameID
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_check import another_identifier, identifier_of_another


@dataclass(frozen=True, slots=True)
class Subject:
    """A NameID with all its qualifiers: the value alone is not unique (SAML Core section 8.3.7, SDP-SP14)."""

    connection_id: str
    issuer: str
    name_id: NameID

    @property
    def digest(self) -> str:
        """SHA-256 over all parts, encoded as JSON so that a separator in an untrusted value can't make two subjects
        equal."""
        name_id = self.name_id
        parts = [self.connection_id, self.issuer, name_id.format, name_id.name_qualifier, name_id.sp_name_qualifier]
        return _sha256([*parts, name_id.value])


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """The user that a NameID identifies."""

    organization_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A user's NameID under one issuer.

    Attributes:
        tail: the variable part of the item's key: user, connection and digest of the issuer.
    """

    tail: str
    subject_digest: str

    @property
    def user_id(self) -> str:
        """The user's ID."""
        return self.tail.split("#")[0]


def subject_lookup(subject: Subject) -> Lookup[SubjectEntry]:
    """Looks up the user bound to this NameID."""
    return Lookup(_subject_key(subject.digest), lambda item: SubjectEntry(item["organization_id"], item["user_id"]))


def bind_subject(subject: Subject, entry: SubjectEntry) -> tuple[Write, ...]:
    """Binds a NameID to a user permanently, until an admin unlinks it.

    A user has at most one NameID under one issuer: a second one indicates another person with a reassigned address.
    Transient NameIDs, and those that repeat the address, are never bound.
    """
    values = {"organization_id": entry.organization_id, "user_id": entry.user_id}
    name_id = subject.name_id.value if subject.name_id.is_bound else message("check.subject.encrypted")
    taken = SignInRefused(RefusalCode.SUBJECT_MISMATCH, checks=(identifier_of_another(name_id),))
    write = put(_subject_key(subject.digest), values, absent() | equals(**values), taken)
    second = SignInRefused(RefusalCode.SUBJECT_MISMATCH, checks=(another_identifier(name_id),))
    tail = f"{entry.user_id}#{subject.connection_id}#{_sha256([subject.issuer])}"
    bound = {"subject": subject.digest}
    return (write, put(_binding_key(entry.organization_id, tail), bound, absent() | equals(**bound), second))


def bindings_of(organization_id: str, user_id: str = "") -> Range[Binding]:
    """The bindings of one user, or of all users of an organization."""
    return Range(f"ORG#{organization_id}", f"BOUND#{user_id}", _parse_binding)


def binding_lookup(organization_id: str, tail: str) -> Lookup[Binding]:
    """Looks up one binding by the tail of its key."""
    return Lookup(_binding_key(organization_id, tail), _parse_binding)


def restore_binding(organization_id: str, binding: Binding) -> tuple[Write, ...]:
    """Restores a binding exported from another deployment. Only the digest of a NameID is stored, never the NameID."""
    entry = {"organization_id": organization_id, "user_id": binding.user_id}
    taken = Conflict("conflict", message("problem.conflict.name_id"))
    second = Conflict("conflict", message("problem.conflict.other_name_id"))
    bound = {"subject": binding.subject_digest}
    return (
        put(_subject_key(binding.subject_digest), entry, absent() | equals(**entry), taken),
        put(_binding_key(organization_id, binding.tail), bound, absent() | equals(**bound), second),
    )


def unbind(organization_id: str, binding: Binding) -> tuple[Write, ...]:
    """Deletes a binding, so that another NameID can be bound."""
    return (
        delete(_subject_key(binding.subject_digest)),
        delete(_binding_key(organization_id, binding.tail)),
    )


def _parse_binding(item: Item) -> Binding:
    return Binding(item["sk"].removeprefix("BOUND#"), item["subject"])


def _subject_key(digest: str) -> Key:
    return Key(f"SUBJECT#{digest}", "SUBJECT")


def _binding_key(organization_id: str, tail: str) -> Key:
    return Key(f"ORG#{organization_id}", f"BOUND#{tail}")


def _sha256(parts: list[str | None]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
