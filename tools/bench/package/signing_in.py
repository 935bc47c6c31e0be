"""A stage on moto's server, for a sign-in with the events that API Gateway sends to Lambda."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import boto3

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection
from chalicelib.container import Container
from chalicelib.organizations.model import Plan
from chalicelib.saml.service_provider import service_provider
from chalicelib.settings import Settings
from ops.local.demo_idp.answer import answer_to
from ops.local.demo_idp.authn_request import Question
from ops.local.demo_idp.response import encode_response
from ops.local.demo_idp.signing_key import SigningKey
from ops.stage_keys import ensure_keys
from ops.table import create_table
from tests.support.aws_emulator.aws_server import REGION

BASE_URL: Final = "https://sso.example.test/api"
STAGE: Final = "bench"
ENVIRONMENT: Final = {"GATEHOUSE_BASE_URL": BASE_URL, "GATEHOUSE_STAGE": STAGE}
"""Of the function."""

_ISSUER: Final = "https://idp.example.test/metadata"
_EMAIL: Final = "member@acme.test"
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class SigningIn:
    """A customer whose identity provider is simulated."""

    container: Container
    connection: Connection
    key: SigningKey

    def response_event(self) -> str:
        """Starts a request and returns the identity provider's response as an event. It can be used once."""
        start = self.container.sign_in_start.begin(self.connection.id, {}, self.container.clock(), return_path="/deep")
        provider = service_provider(BASE_URL, self.connection.id)
        question = Question(provider.acs_url, provider.entity_id, start.request.id)
        answer = answer_to(question, issuer=_ISSUER, email=_EMAIL, now=self.container.clock())
        fields = {"SAMLResponse": encode_response(answer, self.key, self.key), "RelayState": start.relay_state}
        return event(
            "POST",
            "/saml/{connection_id}/acs",
            {"connection_id": self.connection.id},
            {"cookie": f"{start.cookie_name}={start.cookie_value}", "content-type": _FORM},
            urlencode(fields),
        )


def signing_in(url: str) -> SigningIn:
    """Creates stage and customer on the server at this address."""
    account: dict[str, Any] = {
        "endpoint_url": url,
        "region_name": REGION,
        "aws_access_key_id": "testing",
        "aws_secret_access_key": "testing",
    }
    settings = Settings(base_url=BASE_URL, stage=STAGE)
    table, vault = boto3.client("dynamodb", **account), boto3.client("secretsmanager", **account)
    create_table(table, settings.table_name)
    container = Container(settings, lambda: table, lambda: vault)
    now, key = container.clock(), SigningKey.new()
    ensure_keys(vault, f"{settings.secret_prefix}/keys", now)
    organization = container.organizations.create(name="Acme", plan=Plan.ENTERPRISE, domains=["acme.test"], now=now)
    draft = container.connections.create(organization.id, now=now)
    values: ConnectionChanges = {
        "identity_provider_url": "https://idp.example.test/sso",
        "identity_provider_issuer": _ISSUER,
        "x509_certificates": [key.certificate_base64],
    }
    connection = container.connections.change(draft, values, draft.version, now)
    return SigningIn(container, connection, key)


def event(
    method: str,
    resource: str,
    path: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: str | None = None,
) -> str:
    """A request as API Gateway's proxy integration writes it."""
    return json.dumps(
        {
            "requestContext": {
                "httpMethod": method,
                "resourcePath": resource,
                "identity": {"sourceIp": "192.0.2.1"},
            },
            "headers": {"accept": "text/html", **(headers or {})},
            "multiValueQueryStringParameters": None,
            "pathParameters": path or {},
            "stageVariables": None,
            "body": body,
            "isBase64Encoded": False,
        }
    )
