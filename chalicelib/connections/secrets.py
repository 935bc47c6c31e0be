"""Certificates of identity providers: one secret per connection, indexed by fingerprint.

    {prefix}/connections/{connection_id}   {"<SHA-256 of the DER, hex>": "<PEM>", …}

Only the connection's item determines which certificates are trusted: a certificate in the secret counts only if the
item has its fingerprint. A save stores the certificates of the current item together with the new ones before it writes
the item, so after a failure the certificates of whichever item exists are available.

AWSPREVIOUS, which Secrets Manager moves automatically, is read if AWSCURRENT lacks a certificate, as after two
concurrent saves or a manual replacement. Items from before fingerprints name an exact version of the secret, whose text
is {"certificates": [base64 DER, …]}; the next save of certificates migrates them.
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
"""The certificates of a younger version may belong to a save that hasn't written its item yet."""
MAX_TEXT: Final = 60_000
"""A secret holds 65,536 bytes."""
_MAX_CACHED: Final = 2_000
"""The most recently used certificates; about 2 kB each."""
_LOG: Final = logging.getLogger("gatehouse")

Ders = dict[str, bytes]
"""Maps fingerprints to DER."""


@dataclass(frozen=True, slots=True)
class _SecretVersion:
    """A version of a secret."""

    ders: Ders
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The secret after a save.

    Attributes:
        fingerprints: of all certificates in it.
        is_written: true if it was written; a concurrent save may then have been overwritten.
    """

    fingerprints: frozenset[str]
    is_written: bool


class CertificateSecrets:
    """Reads and writes the secrets. Caches certificates by fingerprint, which never go stale."""

    def __init__(self, client: SecretsManagerClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._cache = LRUCache[tuple[str, str], bytes](_MAX_CACHED)

    def load(self, connection: Connection) -> tuple[Certificate, ...]:
        """Returns all of the connection's certificates.

        Raises:
            Unavailable: Secrets Manager did not respond, or the secret lacks a certificate of the item.
        """
        found = self._load_current(connection)
        missing = [facts.sha256 for facts in connection.certificates if facts.sha256 not in found]
        if missing:
            raise Unavailable(private=_describe_missing(connection.id, missing))
        return tuple(Certificate(facts, found[facts.sha256]) for facts in connection.certificates)

    def load_available(self, connection: Connection) -> tuple[Certificate, ...]:
        """Returns the connection's certificates that are available, enough to verify signatures by one of them.

        Raises:
            Unavailable: Secrets Manager did not respond, or the secret has none of the item's certificates.
        """
        found = self._load_current(connection)
        missing = [facts.sha256 for facts in connection.certificates if facts.sha256 not in found]
        if missing:
            if not found:
                raise Unavailable(private=_describe_missing(connection.id, missing))
            _LOG.error("certificates.missing %s", {"connection_id": connection.id, "private": len(missing)})
        available = (facts for facts in connection.certificates if facts.sha256 in found)
        return tuple(Certificate(facts, found[facts.sha256]) for facts in available)

    def save(self, connection: Connection, certificates: Sequence[Certificate], now: datetime) -> Kept:
        """Adds new certificates to the secret, keeping all that the connection's item refers to.

        Removes certificates that no item refers to, unless a concurrent save may be about to.

        Args:
            connection: the item as it is stored.

        Raises:
            Unavailable: Secrets Manager did not respond.
        """
        new = {certificate.facts.sha256: certificate.der for certificate in certificates}
        named = {facts.sha256 for values in connection.all_values for facts in values.certificates}
        for _ in range(2):  # of two saves that create the secret concurrently, one retries and adds to the other's
            stored = self._read_version(connection.id, VersionStage="AWSCURRENT")
            known = self._load_referenced(connection, stored)
            wanted = _kept(stored, named, now) | known | new
            if len(_format_secret(wanted)) > MAX_TEXT:
                wanted = known | new
            if stored is not None and wanted == stored.ders:
                return Kept(frozenset(wanted), is_written=False)
            if self._write(connection.id, wanted, exists=stored is not None):
                break
        return Kept(frozenset(wanted), is_written=True)

    def complete(self, connection: Connection) -> None:
        """Restores certificates of the stored item that a concurrent save overwrote.

        Raises:
            Unavailable: Secrets Manager did not respond.
        """
        stored = self._read_version(connection.id, VersionStage="AWSCURRENT")
        ders = stored.ders if stored else {}
        missing = {
            sha256: der for sha256, der in self._load_referenced(connection, stored).items() if sha256 not in ders
        }
        if missing:
            self._write(connection.id, ders | missing, exists=stored is not None)

    def every(self) -> Iterator[tuple[str, datetime]]:
        """Yields the connection ID and last change of every secret of this stage, including those of deleted
        connections.

        Raises:
            Unavailable: Secrets Manager did not respond.
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
        """Deletes the secret; AWS can restore it for a week. Does nothing if it is already deleted."""
        gone = self._client.exceptions.ResourceNotFoundException
        going = self._client.exceptions.InvalidRequestException
        try:
            self._client.delete_secret(SecretId=self._name(connection_id), RecoveryWindowInDays=RECOVERY_DAYS)
        except (gone, going):
            return
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be deleted: {error}") from error

    def restore(self, connection_id: str) -> None:
        """Restores a secret deleted within the last week. Does nothing if it exists or never existed.

        Raises:
            Unavailable: Secrets Manager did not respond.
        """
        try:
            self._client.restore_secret(SecretId=self._name(connection_id))
        except (self._client.exceptions.ResourceNotFoundException, self._client.exceptions.InvalidRequestException):
            return
        except aws_failures() as error:
            raise Unavailable(private=f"the secret can't be restored: {error}") from error

    def _load_current(self, connection: Connection) -> Ders:
        """Returns the available ones of the current certificates."""
        wanted = {facts.sha256 for facts in connection.certificates}
        cached = {sha256: self._cache.get((connection.id, sha256)) for sha256 in wanted}
        found = {sha256: der for sha256, der in cached.items() if der is not None}
        for where in _version_candidates(connection.secret_version):
            if wanted <= found.keys():
                break
            stored = self._read_version(connection.id, **where)
            found |= _select(stored.ders if stored else {}, wanted - found.keys())
        for sha256, der in found.items():
            self._cache.put((connection.id, sha256), der)
        return found

    def _load_referenced(self, connection: Connection, stored: _SecretVersion | None) -> Ders:
        """Returns the available ones of all certificates that the item refers to, given AWSCURRENT."""
        found: Ders = {}
        for values in connection.all_values:
            wanted = {facts.sha256 for facts in values.certificates}
            here = _select(stored.ders if stored else {}, wanted)
            if wanted - here.keys():
                here |= self._load_current(connection.with_values(values))
            found |= here
        return found

    def _read_version(self, connection_id: str, **where: str) -> _SecretVersion | None:
        """Reads a version of the secret; None if it doesn't exist."""
        arguments: Any = where
        try:
            answer = self._client.get_secret_value(SecretId=self._name(connection_id), **arguments)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be read: {error}") from error
        return _SecretVersion(_ders_in(answer.get("SecretString", "")), answer["CreatedDate"])

    def _write(self, connection_id: str, ders: Ders, *, exists: bool) -> bool:
        """Writes the secret. Returns false if a concurrent save created it first."""
        name, text = self._name(connection_id), _format_secret(ders)
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


def _describe_missing(connection_id: str, missing: Sequence[str]) -> str:
    told = ", ".join(missing)
    return f"the secret of {connection_id} lacks what its item names, it was swapped or rolled back: {told}"


def _version_candidates(version: str | None) -> Iterator[dict[str, str]]:
    """Yields the versions to search for certificates, in order."""
    if version is not None:
        yield {"VersionId": version}
    yield {"VersionStage": "AWSCURRENT"}
    yield {"VersionStage": "AWSPREVIOUS"}


def _kept(stored: _SecretVersion | None, named: Collection[str], now: datetime) -> Ders:
    """Returns the certificates of the current version that a save keeps."""
    if stored is None:
        return {}
    return stored.ders if stored.created_at > now - UNDER_WAY else _select(stored.ders, named)


def _select(ders: Mapping[str, bytes], wanted: Collection[str]) -> Ders:
    return {sha256: der for sha256, der in ders.items() if sha256 in wanted}


def _format_secret(ders: Mapping[str, bytes]) -> str:
    return json.dumps({sha256: _pem(der) for sha256, der in sorted(ders.items())})


def _pem(der: bytes) -> str:
    lines = "\n".join(wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def _ders_in(text: str) -> Ders:
    """Parses a secret's text. Each certificate is indexed by its computed fingerprint; anything else is ignored."""
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
    """Decodes PEM or bare base64 to DER; returns empty bytes for anything else."""
    encoded = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
