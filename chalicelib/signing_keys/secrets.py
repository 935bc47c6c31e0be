"""The stage's own keys, stored in one Secrets Manager secret.

{"cookies": {"current": …, "next": …, "previous": …, "older": […], "changed_at": …}, "signing": {…}, "decryption": {…},
"audit": {…}}
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from chalicelib.aws.clients import aws_failures
from chalicelib.errors import Stale, Unavailable
from chalicelib.i18n.message import message
from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys.model import LONG_AGO, DeploymentKeys, KeySet

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

_STAGING_LABEL: Final = "gatehouse-arriving"
RELOAD_INTERVAL: Final = timedelta(minutes=5)

T = TypeVar("T")


class DeploymentKeysSecret:
    """Loads the keys, and reloads them after five minutes, so that a rotation reaches every warm Lambda process."""

    def __init__(self, client: SecretsManagerClient, name: str) -> None:
        self._client = client
        self._name = name
        self._loaded: tuple[datetime, DeploymentKeys] | None = None

    def load(self, now: datetime) -> DeploymentKeys:
        """Returns the current keys.

        Raises:
            Unavailable: Secrets Manager did not respond and no keys are cached.
        """
        if self._loaded is not None and now - self._loaded[0] < RELOAD_INTERVAL:
            return self._loaded[1]
        try:
            answer = self._client.get_secret_value(SecretId=self._name, VersionStage="AWSCURRENT")
        except aws_failures() as error:
            if self._loaded is not None:
                return self._loaded[1]
            raise Unavailable(private=f"our keys can't be read: {error}") from error
        keys = parse_keys(answer["SecretString"])
        self._loaded = (now, keys)
        return keys

    def current(self) -> tuple[DeploymentKeys, str]:
        """Returns the stored keys, bypassing the cache, and the ID of their version.

        Raises:
            Unavailable: Secrets Manager did not respond.
        """
        try:
            answer = self._client.get_secret_value(SecretId=self._name, VersionStage="AWSCURRENT")
        except aws_failures() as error:
            raise Unavailable(private=f"our keys can't be read: {error}") from error
        return parse_keys(answer["SecretString"]), answer["VersionId"]

    def replace(self, keys: DeploymentKeys, *, instead_of: str) -> None:
        """Stores the keys, if `instead_of` is still the current version.

        The new version is first stored under its own label. Moving AWSCURRENT fails if another version has it by then,
        so one of two concurrent changes is refused and the other is kept whole.

        Raises:
            Stale: the keys changed since they were read.
            Unavailable: Secrets Manager did not respond; the change was applied completely or not at all.
        """
        version = secrets.token_hex(32)
        try:
            self._client.put_secret_value(
                SecretId=self._name,
                ClientRequestToken=version,
                SecretString=format_keys(keys),
                VersionStages=[_STAGING_LABEL],
            )
            self._client.update_secret_version_stage(
                SecretId=self._name,
                VersionStage="AWSCURRENT",
                MoveToVersionId=version,
                RemoveFromVersionId=instead_of,
            )
        except self._client.exceptions.InvalidParameterException as error:
            raise Stale(message("problem.stale_keys")) from error
        except aws_failures() as error:
            raise Unavailable(private=f"our keys can't be changed: {error}") from error
        self._loaded = None


def parse_keys(text: str) -> DeploymentKeys:
    """Parses the secret's text; the inverse of `format_keys`."""
    document = json.loads(text)
    cookies = _parse_set(document["cookies"], base64.b64decode)
    # Secrets written before the audit log existed lack audit keys. The next write stores the derived one.
    derived = {"current": base64.b64encode(hmac.digest(cookies.current, b"audit", "sha256"))}
    return DeploymentKeys(
        cookies=cookies,
        signing=_parse_set(document["signing"], _parse_pair),
        decryption=_parse_set(document["decryption"], _parse_pair),
        audit=_parse_set(document.get("audit", derived), base64.b64decode),
    )


def format_keys(keys: DeploymentKeys) -> str:
    """Formats the keys as the secret's text."""
    return json.dumps(
        {
            "cookies": _format_set(keys.cookies, _format_bytes),
            "signing": _format_set(keys.signing, _format_pair),
            "decryption": _format_set(keys.decryption, _format_pair),
            "audit": _format_set(keys.audit, _format_bytes),
        }
    )


def _parse_set(document: dict[str, Any], parse: Callable[[Any], T]) -> KeySet[T]:
    kept = {name: document.get(name) for name in ("current", "next", "previous")}
    parsed = {name: parse(value) for name, value in kept.items() if value is not None}
    changed_at = datetime.fromisoformat(document["changed_at"]) if "changed_at" in document else LONG_AGO
    older = tuple(map(parse, document.get("older", ())))
    return KeySet(parsed["current"], parsed.get("next"), parsed.get("previous"), changed_at, older)


def _format_set(keys: KeySet[T], form: Callable[[T], Any]) -> dict[str, Any]:
    named = {"current": keys.current, "next": keys.next, "previous": keys.previous}
    formed = {name: None if key is None else form(key) for name, key in named.items()}
    older = {"older": [form(key) for key in keys.older]} if keys.older else {}
    return {**formed, **older, "changed_at": keys.changed_at.isoformat()}


def _format_bytes(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _parse_pair(document: dict[str, str]) -> KeyPair:
    return KeyPair(document["private_key"].encode(), base64.b64decode(document["certificate"]))


def _format_pair(pair: KeyPair) -> dict[str, str]:
    return {"private_key": pair.private_key.decode(), "certificate": base64.b64encode(pair.certificate).decode()}
