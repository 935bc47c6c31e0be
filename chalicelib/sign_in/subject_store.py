"""Items that bind an identity provider's name IDs to users.

SUBJECT#{sha256} / SUBJECT                                       which user a name ID stands for
ORG#{organization_id} / BOUND#{user_id}#{connection_id}#{sha256} the one name ID of a user under one issuer
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
from chalicelib.saml.assertion import NameID
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_check import another_identifier, identifier_of_another


@dataclass(frozen=True, slots=True)
class Subject:
    """A name ID in its full scope: never the value alone (SAML Core section 8.3.7, SDP-SP14)."""

    connection_id: str
    issuer: str
    name_id: NameID

    @property
    def digest(self) -> str:
        """SHA-256 over all the parts. JSON keeps them apart: no separator in a hostile value makes two subjects one."""
        name_id = self.name_id
        parts = [self.connection_id, self.issuer, name_id.format, name_id.name_qualifier, name_id.sp_name_qualifier]
        return _sha256([*parts, name_id.value])


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """Which user a name ID stands for."""

    organization_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A user's name ID under one issuer.

    Attributes:
        tail: of the item's key: user, connection and digest of the issuer.
    """

    tail: str
    subject_digest: str

    @property
    def user_id(self) -> str:
        """Whose it is."""
        return self.tail.split("#")[0]


def subject_lookup(subject: Subject) -> Lookup[SubjectEntry]:
    """The user bound to this name ID."""
    return Lookup(_subject_key(subject.digest), lambda item: SubjectEntry(item["organization_id"], item["user_id"]))


def bind_subject(subject: Subject, entry: SubjectEntry) -> tuple[Write, ...]:
    """Bind a name ID to a user: once and for all, until an admin unlinks.

    A user has at most one name ID under one issuer: a second one is somebody else with a recycled address. Transient
    name IDs, and those that only repeat the address, are never bound.
    """
    values = {"organization_id": entry.organization_id, "user_id": entry.user_id}
    name_id = subject.name_id.value
    taken = SignInRefused(RefusalCode.SUBJECT_MISMATCH, checks=(identifier_of_another(name_id),))
    write = put(_subject_key(subject.digest), values, absent() | equals(**values), taken)
    second = SignInRefused(RefusalCode.SUBJECT_MISMATCH, checks=(another_identifier(name_id),))
    tail = f"{entry.user_id}#{subject.connection_id}#{_sha256([subject.issuer])}"
    bound = {"subject": subject.digest}
    return (write, put(_binding_key(entry.organization_id, tail), bound, absent() | equals(**bound), second))


def bindings_of(organization_id: str, user_id: str = "") -> Range[Binding]:
    """The name IDs of a user, or of all."""
    return Range(f"ORG#{organization_id}", f"BOUND#{user_id}", _parse_binding)


def binding_lookup(organization_id: str, tail: str) -> Lookup[Binding]:
    """One binding, by the tail of its key."""
    return Lookup(_binding_key(organization_id, tail), _parse_binding)


def restore_binding(organization_id: str, binding: Binding) -> tuple[Write, ...]:
    """A binding as another deployment had it: the name ID itself is stored nowhere, only its digest."""
    entry = {"organization_id": organization_id, "user_id": binding.user_id}
    taken = Conflict("conflict", "This name ID stands for another user already.")
    second = Conflict("conflict", "The user has another name ID under this issuer already.")
    bound = {"subject": binding.subject_digest}
    return (
        put(_subject_key(binding.subject_digest), entry, absent() | equals(**entry), taken),
        put(_binding_key(organization_id, binding.tail), bound, absent() | equals(**bound), second),
    )


def unbind(organization_id: str, binding: Binding) -> tuple[Write, ...]:
    """Forget a binding, so that another name ID may take its place."""
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
