"""Certificates in Secrets Manager: found by fingerprint, never trusted unless the connection's item names them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.connections import secrets as certificate_secrets
from chalicelib.connections.certificate_parsing import parse_certificates
from chalicelib.connections.model import Connection, IdentityProviderValues
from chalicelib.connections.secrets import UNDER_WAY, CertificateSecrets
from chalicelib.errors import Unavailable
from chalicelib.i18n.catalog import in_english
from chalicelib.saml.certificate import Certificate
from tests.support.certificates import certificate_pem
from tests.support.deployment import Deployment


def _certificate(name: str) -> Certificate:
    (found,) = parse_certificates(certificate_pem(name))
    return found


ONE, TWO, THREE = (_certificate(f"{name}.test") for name in ("one", "two", "three"))


def _naming(connection: Connection, *certificates: Certificate) -> Connection:
    return replace(connection, certificates=tuple(c.facts for c in certificates))


def _saved(deployment: Deployment, *certificates: Certificate) -> Connection:
    connection = deployment.connection(deployment.organization(None), certificates=())
    deployment.container.certificates.save(connection, certificates, deployment.now)
    return _naming(connection, *certificates)


def _name(deployment: Deployment, connection: Connection) -> str:
    return f"{deployment.container.settings.secret_prefix}/connections/{connection.id}"


def _text(deployment: Deployment, connection: Connection) -> dict[str, str]:
    """Returns the secret's JSON object."""
    answer = deployment.container._secrets.get_secret_value(SecretId=_name(deployment, connection))
    return dict(json.loads(answer["SecretString"]))


def _exchange(deployment: Deployment, connection: Connection, text: str) -> None:
    deployment.container._secrets.put_secret_value(SecretId=_name(deployment, connection), SecretString=text)


def test_certificates_come_back_in_the_order_of_the_item(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE, TWO)
    for names in ((ONE, TWO), (TWO, ONE), (TWO,)):
        deployment.restart()
        assert deployment.container.certificates.load(_naming(connection, *names)) == names


def test_the_secret_holds_pem_texts_by_fingerprint_and_no_label_of_ours(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    assert _text(deployment, connection).keys() == {ONE.facts.sha256}
    assert parse_certificates(_text(deployment, connection)[ONE.facts.sha256]) == (ONE,)
    deployment.container.certificates.save(connection, [TWO], deployment.now)
    described = deployment.container._secrets.describe_secret(SecretId=_name(deployment, connection))
    labels = {label for stages in described["VersionIdsToStages"].values() for label in stages}
    assert labels == {"AWSCURRENT", "AWSPREVIOUS"}


def test_a_connection_without_certificates_makes_no_call(deployment: Deployment) -> None:
    connection = _naming(_saved(deployment, ONE))
    deployment.calls.clear()
    assert deployment.container.certificates.load(connection) == ()
    assert deployment.container.certificates.load_available(connection) == ()
    assert deployment.calls == []


def test_a_certificate_that_the_item_does_not_name_is_never_trusted(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    pem = certificate_pem("two.test")
    for text in (
        json.dumps({ONE.facts.sha256: pem}),
        json.dumps({TWO.facts.sha256: pem}),
        json.dumps({"certificates": [base64.b64encode(TWO.der).decode()]}),
    ):
        _exchange(deployment, connection, text)
        _exchange(deployment, connection, text)  # twice: it is AWSPREVIOUS, too
        deployment.restart()
        for load in (deployment.container.certificates.load, deployment.container.certificates.load_available):
            with pytest.raises(Unavailable) as refused:
                load(connection)
            assert "swapped" in str(refused.value.private)
            assert "swapped" not in in_english(refused.value.public)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '"x"', '{"a": 1}', '{"a": "not base64"}', '{"certificates": 7}']
)
def test_one_exchange_of_the_secret_breaks_nothing(deployment: Deployment, text: str) -> None:
    connection = _saved(deployment, ONE, TWO)
    _exchange(deployment, connection, text or " ")
    deployment.restart()
    assert deployment.container.certificates.load(connection) == (ONE, TWO)


def test_the_secret_of_another_connection_gives_nothing_and_breaks_nothing(deployment: Deployment) -> None:
    connection, other = _saved(deployment, ONE), _saved(deployment, TWO)
    _exchange(deployment, connection, json.dumps(_text(deployment, other)))
    deployment.restart()
    assert deployment.container.certificates.load(connection) == (ONE,)


def test_a_secret_that_was_rolled_back_still_serves_those_who_sign_with_what_it_has(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    older = json.dumps(_text(deployment, connection))
    deployment.container.certificates.save(connection, [TWO], deployment.now)
    both = _naming(connection, ONE, TWO)
    for _ in range(2):
        _exchange(deployment, connection, older)
    deployment.restart()
    assert deployment.container.certificates.load_available(both) == (ONE,)
    with pytest.raises(Unavailable):
        deployment.container.certificates.load(both)


def test_the_next_save_repairs_an_exchanged_secret(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    _exchange(deployment, connection, "{}")
    deployment.restart()
    deployment.container.certificates.save(connection, [ONE], deployment.now)
    assert _text(deployment, connection).keys() == {ONE.facts.sha256}


def test_a_save_keeps_everything_that_the_item_names(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    pending = IdentityProviderValues(certificates=(TWO.facts,))
    deployment.container.certificates.save(connection, [TWO], deployment.now)
    deployment.clock[0] += timedelta(days=3650)
    live = replace(connection, pending=pending)
    deployment.container.certificates.save(live, [THREE], deployment.now)
    assert _text(deployment, connection).keys() == {c.facts.sha256 for c in (ONE, TWO, THREE)}


def test_what_no_item_names_goes_with_the_next_save_once_no_save_can_be_about_to_name_it(
    deployment: Deployment,
) -> None:
    connection = _saved(deployment, ONE)
    secrets = deployment.container.certificates
    created = deployment.container._secrets.get_secret_value(SecretId=_name(deployment, connection))["CreatedDate"]
    secrets.save(connection, [TWO], created)
    secrets.save(connection, [THREE], created)
    assert len(_text(deployment, connection)) == 3
    secrets.save(connection, [THREE], created + UNDER_WAY + timedelta(minutes=5))
    assert _text(deployment, connection).keys() == {ONE.facts.sha256, THREE.facts.sha256}


def test_a_save_of_what_is_there_writes_nothing(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    deployment.calls.clear()
    deployment.container.certificates.save(connection, [ONE], deployment.now)
    assert deployment.calls == ["GetSecretValue"]


def test_a_secret_never_outgrows_what_secrets_manager_holds(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = _saved(deployment, ONE)
    secrets = deployment.container.certificates
    monkeypatch.setattr(certificate_secrets, "MAX_TEXT", len(json.dumps(_text(deployment, connection))) * 2 + 10)
    secrets.save(connection, [TWO], deployment.now)
    secrets.save(connection, [THREE], deployment.now)
    assert _text(deployment, connection).keys() == {ONE.facts.sha256, THREE.facts.sha256}


def _pinned(deployment: Deployment, *certificates: Certificate) -> Connection:
    """A connection as the version before fingerprints stored it."""
    secrets = deployment.container._secrets
    connection = _naming(deployment.connection(deployment.organization(None)), *certificates)
    name, version = _name(deployment, connection), "v" * 64
    secrets.create_secret(Name=name, SecretString=json.dumps({"certificates": []}))
    text = json.dumps({"certificates": [base64.b64encode(c.der).decode() for c in certificates]})
    label = ["gatehouse-vvvvvvvvvvvv"]
    secrets.put_secret_value(SecretId=name, ClientRequestToken=version, SecretString=text, VersionStages=label)
    return replace(connection, secret_version=version)


def test_a_pinned_version_is_still_read(deployment: Deployment) -> None:
    connection = _pinned(deployment, ONE, TWO)
    deployment.calls.clear()
    assert deployment.container.certificates.load(connection) == (ONE, TWO)
    assert deployment.calls == ["GetSecretValue"]


def test_a_pinned_version_of_other_certificates_is_not_trusted(deployment: Deployment) -> None:
    connection = _naming(_pinned(deployment, ONE), TWO)
    with pytest.raises(Unavailable):
        deployment.container.certificates.load(connection)


def test_the_next_save_takes_what_was_pinned_along(deployment: Deployment) -> None:
    connection = _pinned(deployment, ONE)
    deployment.restart()
    kept = deployment.container.certificates.save(connection, [TWO], deployment.now).fingerprints
    assert _text(deployment, connection).keys() == kept == {ONE.facts.sha256, TWO.facts.sha256}
    moved = connection.without_versions(kept)
    assert moved.secret_version is None
    deployment.restart()
    assert deployment.container.certificates.load(moved) == (ONE,)


def test_values_whose_certificates_were_not_found_keep_their_pinned_version(deployment: Deployment) -> None:
    connection = replace(
        _pinned(deployment, ONE), previous=IdentityProviderValues(None, None, (THREE.facts,), "w" * 64)
    )
    kept = deployment.container.certificates.save(connection, [TWO], deployment.now).fingerprints
    assert connection.without_versions(kept).previous == connection.previous


def test_two_saves_at_once_lose_neither_certificate(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    container = deployment.container
    first = CertificateSecrets(container._secrets, container.settings.secret_prefix)
    second = CertificateSecrets(container._secrets, container.settings.secret_prefix)
    _in_between(deployment, "PutSecretValue", lambda: second.save(connection, [THREE], deployment.now))
    first.save(connection, [TWO], deployment.now)
    winner = _naming(connection, ONE, THREE)
    assert THREE.facts.sha256 not in _text(deployment, connection)
    assert CertificateSecrets(container._secrets, container.settings.secret_prefix).load(winner) == (ONE, THREE)
    second.complete(winner)
    assert _text(deployment, connection).keys() == {c.facts.sha256 for c in (ONE, TWO, THREE)}


def test_two_who_make_the_secret_at_once_lose_neither_certificate(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization(None), certificates=())
    secrets = deployment.container.certificates
    _in_between(deployment, "CreateSecret", lambda: secrets.save(connection, [TWO], deployment.now))
    secrets.save(connection, [ONE], deployment.now)
    assert _text(deployment, connection).keys() == {ONE.facts.sha256, TWO.facts.sha256}


def _in_between(deployment: Deployment, operation: str, act: Callable[[], object]) -> None:
    """Runs a concurrent change just before the next call of this operation."""
    client, done = deployment.container._secrets, list[bool]()

    def before(**_: Any) -> None:
        if not done:
            done.append(True)
            act()

    client.meta.events.register_first(f"before-call.secrets-manager.{operation}", before)


def test_a_certificate_is_read_once(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = _saved(deployment, ONE)
    first = deployment.container.certificates.load(connection)

    def silent(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://secretsmanager.test")

    monkeypatch.setattr(type(deployment.container._secrets), "_make_api_call", silent)
    assert deployment.container.certificates.load(connection) == first
    unread = _naming(connection, TWO)
    for act in (
        lambda: deployment.container.certificates.load(unread),
        lambda: deployment.container.certificates.load_available(unread),
        lambda: deployment.container.certificates.save(connection, [], deployment.now),
        lambda: deployment.container.certificates.complete(connection),
        lambda: deployment.container.certificates.delete(connection.id),
    ):
        with pytest.raises(Unavailable):
            act()


def test_what_is_remembered_of_one_connection_is_not_trusted_by_another(deployment: Deployment) -> None:
    connection, other = _saved(deployment, ONE), _saved(deployment, TWO)
    deployment.container.certificates.load(connection)
    with pytest.raises(Unavailable):
        deployment.container.certificates.load(_naming(other, ONE))


def test_deleting_twice_or_what_never_was_is_fine(deployment: Deployment) -> None:
    connection = _saved(deployment, ONE)
    for _ in range(2):
        deployment.container.certificates.delete(connection.id)
    deployment.container.certificates.delete("conn_none")


def test_one_connection_above_the_cache_limit_evicts_one_entry_only(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_secrets, "_MAX_CACHED", 2)
    vault = CertificateSecrets(deployment.container._secrets, deployment.container.settings.secret_prefix)
    often, once, another = (_saved(deployment, ONE) for _ in range(3))
    for connection in (often, once, often, another):
        vault.load(connection)
    deployment.calls.clear()
    vault.load(often)
    assert deployment.calls == []
    vault.load(once)
    assert deployment.calls == ["GetSecretValue"]
