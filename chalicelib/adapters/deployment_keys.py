"""The stage's own keys, one secret in Secrets Manager.

{"cookies": {"current": …, "next": …, "previous": …}, "signing": {…}, "decryption": {…}}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.key_set import DeploymentKeys, KeyPair, KeySet
from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

RELOADED_AFTER: Final = timedelta(minutes=5)

T = TypeVar("T")


class DeploymentKeysSecret:
    """Loads the keys, and again after five minutes, so that a rotation reaches every warm Lambda."""

    def __init__(self, client: SecretsManagerClient, name: str) -> None:
        self._client = client
        self._name = name
        self._loaded: tuple[datetime, DeploymentKeys] | None = None

    def load(self, now: datetime) -> DeploymentKeys:
        """The keys in force.

        Raises:
            Unavailable: Secrets Manager did not answer and nothing was loaded before.
        """
        if self._loaded is not None and now - self._loaded[0] < RELOADED_AFTER:
            return self._loaded[1]
        try:
            answer = self._client.get_secret_value(SecretId=self._name, VersionStage="AWSCURRENT")
        except (ClientError, BotoCoreError) as error:
            if self._loaded is not None:
                return self._loaded[1]
            raise Unavailable(private=f"our keys can't be read: {error}") from error
        keys = parse_keys(answer["SecretString"])
        self._loaded = (now, keys)
        return keys


def parse_keys(text: str) -> DeploymentKeys:
    """The reverse of `format_keys`."""
    document = json.loads(text)
    return DeploymentKeys(
        cookies=_parse_set(document["cookies"], base64.b64decode),
        signing=_parse_set(document["signing"], _parse_pair),
        decryption=_parse_set(document["decryption"], _parse_pair),
    )


def format_keys(keys: DeploymentKeys) -> str:
    """The secret's text."""
    return json.dumps(
        {
            "cookies": _format_set(keys.cookies, lambda key: base64.b64encode(key).decode()),
            "signing": _format_set(keys.signing, _format_pair),
            "decryption": _format_set(keys.decryption, _format_pair),
        }
    )


def _parse_set(document: dict[str, Any], parse: Callable[[Any], T]) -> KeySet[T]:
    parsed = {name: parse(value) for name, value in document.items() if value is not None}
    return KeySet(parsed["current"], parsed.get("next"), parsed.get("previous"))


def _format_set(keys: KeySet[T], form: Callable[[T], Any]) -> dict[str, Any]:
    named = {"current": keys.current, "next": keys.next, "previous": keys.previous}
    return {name: None if key is None else form(key) for name, key in named.items()}


def _parse_pair(document: dict[str, str]) -> KeyPair:
    return KeyPair(document["private_key"].encode(), base64.b64decode(document["certificate"]))


def _format_pair(pair: KeyPair) -> dict[str, str]:
    return {"private_key": pair.private_key.decode(), "certificate": base64.b64encode(pair.certificate).decode()}
