"""Identity providers' certificates: one secret for each connection, found by fingerprint.

    {prefix}/connections/{connection_id}   {"<SHA-256 of the DER, hex>": "<PEM>", …}

Which certificates count stands in the connection's item alone: whatever else a secret holds, nothing is trusted whose
fingerprint the item doesn't name. A save writes what the item names so far and the new certificates together, before
it writes the item: so whichever of the two counts after a fault, its certificates are there.

AWSPREVIOUS, which Secrets Manager moves by itself, is read where AWSCURRENT lacks something: two saves at once, or a
secret that somebody exchanged. Items from before fingerprints name an exact version of the secret, whose text is
{"certificates": [base64 DER, …]}; the next save of certificates ends that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from chalicelib.aws.clients import aws_failures
from chalicelib.aws.lru_cache import LRUCache
from chalicelib.connections.model import Connection
from chalicelib.errors import Unavailable
from chalicelib.identifier import is_id
from chalicelib.saml.certificate import Certificate

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

RECOVERY_DAYS: Final = 7
UNDER_WAY: Final = timedelta(minutes=15)
"""What a younger version holds may belong to a save whose item is yet to be written."""
MAX_TEXT: Final = 60_000
"""A secret holds 65,536 bytes."""
_MAX_CACHED: Final = 2_000
"""Of the certificates that were used last; some 2 kB each."""
_LOG: Final = logging.getLogger("gatehouse")

Ders = dict[str, bytes]
"""Fingerprint → DER."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """A version of a secret."""

    ders: Ders
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a save left in the secret.

    Attributes:
        fingerprints: of all certificates in it.
        is_written: whether it had to be written: a save at the same moment may have been written over.
    """

    fingerprints: frozenset[str]
    is_written: bool


class CertificateSecrets:
    """Reads and writes the secrets. A certificate that was read is remembered: its fingerprint says what it is."""

    def __init__(self, client: SecretsManagerClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._cache = LRUCache[tuple[str, str], bytes](_MAX_CACHED)

    def load(self, connection: Connection) -> tuple[Certificate, ...]:
        """The connection's certificates, all of them.

        Raises:
            Unavailable: Secrets Manager did not answer, or the secret lacks a certificate that the item names.
        """
        found = self._found(connection)
        missing = [facts.sha256 for facts in connection.certificates if facts.sha256 not in found]
        if missing:
            raise Unavailable(private=_lacks(connection.id, missing))
        return tuple(Certificate(facts, found[facts.sha256]) for facts in connection.certificates)

    def load_available(self, connection: Connection) -> tuple[Certificate, ...]:
        """The connection's certificates as far as they are there: enough for who signs with one of those.

        Raises:
            Unavailable: Secrets Manager did not answer, or the secret has none of those that the item names.
        """
        found = self._found(connection)
        missing = [facts.sha256 for facts in connection.certificates if facts.sha256 not in found]
        if missing:
            if not found:
                raise Unavailable(private=_lacks(connection.id, missing))
            _LOG.error("certificates are missing %s", {"connection_id": connection.id, "private": len(missing)})
        available = (facts for facts in connection.certificates if facts.sha256 in found)
        return tuple(Certificate(facts, found[facts.sha256]) for facts in available)

    def save(self, connection: Connection, certificates: Sequence[Certificate], now: datetime) -> Kept:
        """Keeps new certificates beside all that the connection's item names.

        What no item names goes, unless another save may be about to name it.

        Args:
            connection: the item as it is stored.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        new = {certificate.facts.sha256: certificate.der for certificate in certificates}
        named = {facts.sha256 for values in connection.all_values for facts in values.certificates}
        for _ in range(2):  # of two that make the secret at the same moment one adds to the other's
            stored = self._stored(connection.id, VersionStage="AWSCURRENT")
            known = self._named(connection, stored)
            wanted = _kept(stored, named, now) | known | new
            if len(_text(wanted)) > MAX_TEXT:
                wanted = known | new
            if stored is not None and wanted == stored.ders:
                return Kept(frozenset(wanted), is_written=False)
            if self._write(connection.id, wanted, exists=stored is not None):
                break
        return Kept(frozenset(wanted), is_written=True)

    def complete(self, connection: Connection) -> None:
        """Puts back what the stored item names and a save at the same moment has written over.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        stored = self._stored(connection.id, VersionStage="AWSCURRENT")
        ders = stored.ders if stored else {}
        missing = {sha256: der for sha256, der in self._named(connection, stored).items() if sha256 not in ders}
        if missing:
            self._write(connection.id, ders | missing, exists=stored is not None)

    def every(self) -> Iterator[tuple[str, datetime]]:
        """Connection → when its secret was changed last, of every secret of ours; also of connections that are gone.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        prefix = self._name("")
        try:
            for page in self._client.get_paginator("list_secrets").paginate(
                Filters=[{"Key": "name", "Values": [prefix]}]
            ):
                for secret in page["SecretList"]:
                    connection_id = secret["Name"].removeprefix(prefix)
                    if connection_id != secret["Name"] and is_id(connection_id, "conn"):
                        yield connection_id, secret.get("LastChangedDate", secret["CreatedDate"])
        except aws_failures() as error:
            raise Unavailable(private=f"secrets can't be listed: {error}") from error

    def delete(self, connection_id: str) -> None:
        """Delete the secret; AWS keeps it restorable for a week. One that is gone, or going, already is fine."""
        gone = self._client.exceptions.ResourceNotFoundException
        going = self._client.exceptions.InvalidRequestException
        try:
            self._client.delete_secret(SecretId=self._name(connection_id), RecoveryWindowInDays=RECOVERY_DAYS)
        except (gone, going):
            return
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be deleted: {error}") from error

    def restore(self, connection_id: str) -> None:
        """Give a deleted secret back, if it was deleted within the week; one that is there, or never was, is fine.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        try:
            self._client.restore_secret(SecretId=self._name(connection_id))
        except (self._client.exceptions.ResourceNotFoundException, self._client.exceptions.InvalidRequestException):
            return
        except aws_failures() as error:
            raise Unavailable(private=f"the secret can't be restored: {error}") from error

    def _found(self, connection: Connection) -> Ders:
        """What is there of the certificates in force."""
        wanted = {facts.sha256 for facts in connection.certificates}
        cached = {sha256: self._cache.get((connection.id, sha256)) for sha256 in wanted}
        found = {sha256: der for sha256, der in cached.items() if der is not None}
        for where in _places(connection.secret_version):
            if wanted <= found.keys():
                break
            stored = self._stored(connection.id, **where)
            found |= _only(stored.ders if stored else {}, wanted - found.keys())
        for sha256, der in found.items():
            self._cache.put((connection.id, sha256), der)
        return found

    def _named(self, connection: Connection, stored: _Stored | None) -> Ders:
        """What is there of all certificates that the item names; AWSCURRENT was read already."""
        found: Ders = {}
        for values in connection.all_values:
            wanted = {facts.sha256 for facts in values.certificates}
            here = _only(stored.ders if stored else {}, wanted)
            if wanted - here.keys():
                here |= self._found(connection.with_values(values))
            found |= here
        return found

    def _stored(self, connection_id: str, **where: str) -> _Stored | None:
        """A version of the secret; None where there is none."""
        arguments: Any = where
        try:
            answer = self._client.get_secret_value(SecretId=self._name(connection_id), **arguments)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be read: {error}") from error
        return _Stored(_ders_in(answer.get("SecretString", "")), answer["CreatedDate"])

    def _write(self, connection_id: str, ders: Ders, *, exists: bool) -> bool:
        """Whether it was written; not, where somebody else made the secret meanwhile."""
        name, text = self._name(connection_id), _text(ders)
        try:
            if exists:
                self._client.put_secret_value(SecretId=name, SecretString=text)
            else:
                self._client.create_secret(Name=name, SecretString=text)
        except self._client.exceptions.ResourceExistsException:
            return False
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be saved: {error}") from error
        return True

    def _name(self, connection_id: str) -> str:
        return f"{self._prefix}/connections/{connection_id}"


def _lacks(connection_id: str, missing: Sequence[str]) -> str:
    told = ", ".join(missing)
    return f"the secret of {connection_id} lacks what its item names, it was swapped or rolled back: {told}"


def _places(version: str | None) -> Iterator[dict[str, str]]:
    """Where certificates are looked for."""
    if version is not None:
        yield {"VersionId": version}
    yield {"VersionStage": "AWSCURRENT"}
    yield {"VersionStage": "AWSPREVIOUS"}


def _kept(stored: _Stored | None, named: Collection[str], now: datetime) -> Ders:
    """What a save keeps of the current version."""
    if stored is None:
        return {}
    return stored.ders if stored.created_at > now - UNDER_WAY else _only(stored.ders, named)


def _only(ders: Mapping[str, bytes], wanted: Collection[str]) -> Ders:
    return {sha256: der for sha256, der in ders.items() if sha256 in wanted}


def _text(ders: Mapping[str, bytes]) -> str:
    return json.dumps({sha256: _pem(der) for sha256, der in sorted(ders.items())})


def _pem(der: bytes) -> str:
    lines = "\n".join(wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def _ders_in(text: str) -> Ders:
    """The certificates in a secret's text, each under the fingerprint that it really has. Anything else is ignored."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(document, dict):
        return {}
    texts = [*document.values()]
    if isinstance(versioned := document.get("certificates"), list):
        texts = versioned
    ders = [_der_in(each) for each in texts if isinstance(each, str)]
    return {hashlib.sha256(der).hexdigest(): der for der in ders if der}


def _der_in(text: str) -> bytes:
    """DER of a PEM text, or of base64 alone; nothing, if it is neither."""
    encoded = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
