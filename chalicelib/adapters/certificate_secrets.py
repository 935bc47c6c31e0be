"""Identity providers' certificates: one secret for each connection, read by exact version.

    {prefix}/connections/{connection_id}   {"certificates": [base64 DER, …]}

A new version gets a staging label of its own (AWS may delete versions without one); AWSCURRENT is never moved, the
connection's item says which version counts. So a save that fails half-way leaves the old item with its old version.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib.adapters.aws_failure import aws_failures
from chalicelib.adapters.recently_used import RecentlyUsed
from chalicelib.domain.certificate import Certificate
from chalicelib.domain.connection import Connection
from chalicelib.domain.identifier import is_id
from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

LABEL: Final = "gatehouse-"
RECOVERY_DAYS: Final = 7
_CACHED_MOST: Final = 1_000
"""Of the versions that were used last; 1 to 4 certificates of some 2 kB each."""


class CertificateSecrets:
    """Reads and writes the secrets. What was read once is kept: a version never changes."""

    def __init__(self, client: SecretsManagerClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._cache = RecentlyUsed[tuple[str, str], tuple[Certificate, ...]](_CACHED_MOST)

    def load(self, connection: Connection) -> tuple[Certificate, ...]:
        """The connection's certificates.

        Raises:
            Unavailable: Secrets Manager did not answer, or the secret is not what the connection's item says it is.
        """
        if connection.secret_version is None:
            return ()
        name = (connection.id, connection.secret_version)
        if (known := self._cache.get(name)) is None:
            known = self._read(connection, connection.secret_version)
            self._cache.keep(name, known)
        return known

    def save(self, connection_id: str, certificates: Sequence[Certificate]) -> str:
        """Keep a new version with a label of its own; its version ID.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        text = json.dumps({"certificates": [base64.b64encode(c.der).decode() for c in certificates]})
        name, version = self._name(connection_id), secrets.token_hex(32)
        try:
            with contextlib.suppress(self._client.exceptions.ResourceExistsException):
                self._client.create_secret(Name=name, SecretString=json.dumps({"certificates": []}))
            label = f"{LABEL}{version[:12]}"
            self._client.put_secret_value(
                SecretId=name, ClientRequestToken=version, SecretString=text, VersionStages=[label]
            )
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be saved: {error}") from error
        return version

    def keep_only(self, connection_id: str, versions: Collection[str]) -> None:
        """Take our labels from versions that no item names any more; a secret has room for 20 labels."""
        self._remove_labels(connection_id, lambda version: version not in versions)

    def remove_labels(self, connection_id: str, versions: Collection[str]) -> None:
        """Take our labels from these versions.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        self._remove_labels(connection_id, lambda version: version in versions)

    def labelled_before(self, connection_id: str, moment: datetime) -> frozenset[str]:
        """Versions made before this moment that bear a label of ours.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        try:
            listed = self._client.list_secret_version_ids(SecretId=self._name(connection_id))["Versions"]
        except self._client.exceptions.ResourceNotFoundException:
            return frozenset()
        except aws_failures() as error:
            raise Unavailable(private=f"versions can't be listed: {error}") from error
        return frozenset(
            version["VersionId"]
            for version in listed
            if version["CreatedDate"] < moment
            and any(label.startswith(LABEL) for label in version.get("VersionStages", []))
        )

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

    def _remove_labels(self, connection_id: str, is_unnamed: Callable[[str], bool]) -> None:
        name = self._name(connection_id)
        try:
            listed = self._client.list_secret_version_ids(SecretId=name, IncludeDeprecated=False)["Versions"]
            for version in listed:
                if not is_unnamed(version["VersionId"]):
                    continue
                for label in version.get("VersionStages", []):
                    if label.startswith(LABEL):
                        self._client.update_secret_version_stage(
                            SecretId=name, VersionStage=label, RemoveFromVersionId=version["VersionId"]
                        )
        except aws_failures() as error:
            raise Unavailable(private=f"labels can't be tidied: {error}") from error

    def _read(self, connection: Connection, version: str) -> tuple[Certificate, ...]:
        try:
            answer = self._client.get_secret_value(SecretId=self._name(connection.id), VersionId=version)
        except aws_failures() as error:
            raise Unavailable(private=f"the certificates can't be read: {error}") from error
        ders = [base64.b64decode(text) for text in json.loads(answer["SecretString"])["certificates"]]
        if [hashlib.sha256(der).hexdigest() for der in ders] != [facts.sha256 for facts in connection.certificates]:
            raise Unavailable(private=f"the secret of {connection.id} is not what its item says: it was swapped")
        return tuple(Certificate(facts, der) for facts, der in zip(connection.certificates, ders, strict=True))

    def _name(self, connection_id: str) -> str:
        return f"{self._prefix}/connections/{connection_id}"
