"""Certificates in Secrets Manager: by exact version, checked against the item, remembered as long as they are used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.adapters import certificate_secrets
from chalicelib.adapters.certificate_secrets import CertificateSecrets
from chalicelib.domain.certificate import Certificate
from chalicelib.domain.certificate_input import parse_certificates
from chalicelib.domain.connection import Connection
from chalicelib.errors import Unavailable
from chalicelib.routes.words import in_english
from tests.deployment import Deployment
from tests.services.certificates import certificate_pem


def _certificate(name: str) -> Certificate:
    (found,) = parse_certificates(certificate_pem(name))
    return found


def _saved(deployment: Deployment, *names: str) -> Connection:
    certificates = [_certificate(name) for name in names]
    connection = deployment.connection(deployment.organization(None))
    version = deployment.container.certificates.save(connection.id, certificates)
    return replace(connection, certificates=tuple(c.facts for c in certificates), secret_version=version)


def test_certificates_come_back_in_order(deployment: Deployment) -> None:
    connection = _saved(deployment, "one.test", "two.test")
    expected = (_certificate("one.test"), _certificate("two.test"))
    assert deployment.container.certificates.load(connection) == expected


def test_a_connection_without_certificates_asks_nobody(deployment: Deployment) -> None:
    connection = replace(_saved(deployment, "one.test"), secret_version=None)
    assert deployment.container.certificates.load(connection) == ()


def test_a_swapped_secret_is_noticed(deployment: Deployment) -> None:
    connection = _saved(deployment, "one.test")
    other = replace(connection, certificates=(_certificate("two.test").facts,))
    with pytest.raises(Unavailable) as refused:
        deployment.container.certificates.load(other)
    assert "swapped" in str(refused.value.private)
    assert "swapped" not in in_english(refused.value.public)


def test_a_version_is_read_once(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = _saved(deployment, "one.test")
    first = deployment.container.certificates.load(connection)

    def silent(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://secretsmanager.test")

    monkeypatch.setattr(type(deployment.container._secrets), "_make_api_call", silent)
    assert deployment.container.certificates.load(connection) == first
    unread = replace(connection, secret_version="0" * 64)
    for act in (
        lambda: deployment.container.certificates.load(unread),
        lambda: deployment.container.certificates.save(connection.id, []),
        lambda: deployment.container.certificates.keep_only(connection.id, set()),
        lambda: deployment.container.certificates.delete(connection.id),
    ):
        with pytest.raises(Unavailable):
            act()


def test_deleting_twice_or_what_never_was_is_fine(deployment: Deployment) -> None:
    connection = _saved(deployment, "one.test")
    for _ in range(2):
        deployment.container.certificates.delete(connection.id)
    deployment.container.certificates.delete("conn_none")


def test_one_connection_more_than_are_remembered_makes_nobody_forget_the_others(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_secrets, "_CACHED_MOST", 2)
    vault = CertificateSecrets(deployment.container._secrets, deployment.container.settings.secret_prefix)
    often, once, another = (_saved(deployment, "one.test") for _ in range(3))
    for connection in (often, once, often, another):
        vault.load(connection)
    deployment.calls.clear()
    vault.load(often)
    assert deployment.calls == []
    vault.load(once)
    assert deployment.calls == ["GetSecretValue"]
