"""Our own contenders: the function that production calls, and the whole handler around it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from chalicelib.container import Container
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.response import verify
from chalicelib.settings import Settings
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.sign_in.acs_context import AcsRequest
from chalicelib.sign_in.authn_state import relay_state, sign_request
from chalicelib.sign_in.start import COOKIE_PREFIX
from chalicelib.signing_keys.model import DeploymentKeys, KeySet
from chalicelib.signing_keys.secrets import format_keys
from tests.support.deployment import new_deployment
from tests.support.identity_provider.description import BASE_URL, CONNECTION_ID
from tests.support.round_trip import identity_provider
from tools.bench.aws_in_memory import Rows, SecretsInMemory, TableInMemory, client_without_network
from tools.bench.samples import Sample


def full_check(sample: Sample) -> Callable[[], None]:
    """From the form value to an assertion."""
    under = sample.trust

    def check() -> None:
        verify(
            sample.sent,
            connection=under.connection,
            provider=under.provider,
            certificates=under.certificates,
            pending=under.pending,
            decryption_keys=under.decryption_keys,
            size_limit=under.size_limit,
            now=under.now,
        )

    return check


@dataclass(frozen=True, slots=True)
class Handler:
    """`AssertionConsumer.consume` for a returning user: connection and keys cached."""

    rows: Rows

    def alone(self, sample: Sample) -> Callable[[], None]:
        """Runs without boto3."""
        return self._handler(sample, TableInMemory(self.rows))

    def with_client(self, sample: Sample) -> Callable[[], None]:
        """Runs with boto3's work for one read and one transaction, except for the network."""
        return self._handler(sample, client_without_network(self.rows))

    def _handler(self, sample: Sample, table: Any) -> Callable[[], None]:
        under = sample.trust
        pending = under.pending
        if pending is None:
            raise ValueError("a sample that answers a request")
        keys = _keys(sample)
        settings = Settings(base_url=BASE_URL)
        secrets: Any = SecretsInMemory(
            {
                f"{settings.secret_prefix}/keys": format_keys(keys),
                f"{settings.secret_prefix}/connections/{CONNECTION_ID}": json.dumps(
                    {"certificates": [base64.b64encode(found.der).decode() for found in under.certificates]}
                ),
            }
        )
        container = Container(settings, lambda: table, lambda: secrets, lambda: under.now)
        posted = AcsRequest(
            connection_id=CONNECTION_ID,
            response=sample.sent,
            relay_state=relay_state(pending, keys.cookies.current),
            cookies={f"{COOKIE_PREFIX}{pending.flow_id}": sign_request(pending, keys.cookies.current)},
            source="192.0.2.7",
            navigating=True,
        )

        def consume() -> None:
            outcome = container.assertion_consumer.consume(posted, under.now)
            if not isinstance(outcome, SignedInByAssertion):
                raise TypeError("not signed in")

        return consume


def handler() -> Handler:
    """Creates the handler for an organization with one verified connection and one user."""
    with new_deployment(base_url=BASE_URL) as deployment:
        idp = identity_provider(deployment, id=CONNECTION_ID, proven=True)
        deployment.user(idp.organization, "member@acme.test")
        found = boto3.client("dynamodb", region_name="eu-west-1").scan(
            TableName=deployment.container.settings.table_name
        )
    return Handler({(item["pk"]["S"], item["sk"]["S"]): item for item in found["Items"]})


def _keys(sample: Sample) -> DeploymentKeys:
    pair = KeyPair(sample.service.private_pem, sample.service.der)
    return DeploymentKeys(KeySet(bytes(32)), KeySet(pair), KeySet(pair), KeySet(bytes(32)))
