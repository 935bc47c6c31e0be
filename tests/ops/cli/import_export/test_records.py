from __future__ import annotations

import base64
from typing import Any

import pytest

from chalicelib.identifier import new_id
from chalicelib.users.model import Role
from ops.cli.import_export.records import ConnectionRecord, content_in, line_of
from tests.support.deployment import NOW, Deployment
from tests.support.identity_provider import key
from tests.support.round_trip import identity_provider


def _connection_line(deployment: Deployment) -> dict[str, Any]:
    idp = identity_provider(deployment)
    certificate = key("acme").certificate
    return line_of(ConnectionRecord(idp.connection, {certificate.facts.sha256: certificate.der}))


def test_the_secrets_version_stays_behind(deployment: Deployment) -> None:
    line = _connection_line(deployment)
    assert line["secret_version"] is None
    content = content_in(line)
    assert isinstance(content, ConnectionRecord)
    assert content.trusted_certificates(content.connection.values) == (key("acme").certificate,)


@pytest.mark.parametrize("text", [None, "", "not base64", base64.b64encode(key("second").der).decode()])
def test_a_certificate_that_is_missing_or_another_is_refused(text: str | None, deployment: Deployment) -> None:
    line = _connection_line(deployment)
    (sha256,) = line["certificates_der"]
    with pytest.raises(ValueError, match=sha256):
        content_in(line | {"certificates_der": {sha256: text}})


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("user", {"id": "usr_x"}),
        ("user", {"organization_id": "org_x"}),
        ("user", {"email": "Upper@acme.test"}),
        ("user", {"email": "nobody"}),
        ("organization", {"id": "acme"}),
        ("organization", {"domains": [{"domain": "ACME.test", "verified": True}]}),
        ("organization", {"active_admins": 5}),
        ("connection", {"id": "conn_x"}),
        ("connection", {"organization_id": "../x"}),
        ("connection", {"clock_skew_seconds": "180"}),
        ("binding", {"tail": "usr_x#conn_y#z"}),
        ("binding", {"subject_digest": "00"}),
        ("binding", {"organization_id": "org_x"}),
        ("binding", {"more": "x"}),
        ("session", {}),
    ],
)
def test_what_cannot_be_is_refused(kind: str, wrong: dict[str, Any], deployment: Deployment) -> None:
    organization = deployment.organization("beta.test")
    user = deployment.user(organization, "a@beta.test", Role.MEMBER)
    tail = f"{user.id}#{new_id('conn', now=NOW)}#{'0' * 64}"
    binding = {"organization_id": organization.id, "tail": tail, "subject_digest": "0" * 64}
    lines: dict[str, dict[str, Any]] = {
        "user": line_of(user),
        "organization": line_of(organization),
        "connection": _connection_line(deployment),
        "binding": {"record": "binding", **binding},
    }
    for good in lines.values():
        content_in(good)
    with pytest.raises(ValueError, match=f"{kind}|{next(iter(wrong), kind)}"):
        content_in(lines.get(kind, {"record": kind}) | wrong)
