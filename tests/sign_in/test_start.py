from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.errors import NotFound, SignInRefused
from chalicelib.sign_in.start import COOKIE_PREFIX, has_converted_request, pending_request
from tests.support.deployment import Deployment


def begin(deployment: Deployment, connection_id: str, cookies: dict[str, str] | None = None, path: str = "/a"):  # type: ignore[no-untyped-def]
    return deployment.container.sign_in_start.begin(connection_id, cookies or {}, deployment.now, return_path=path)


def test_a_started_request_is_found_again_by_its_relay_state_and_cookie(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    start = begin(deployment, connection.id)
    keys = deployment.container.keys.load(deployment.now)
    state = start.relay_state
    found = pending_request(connection.id, state, {start.cookie_name: start.cookie_value}, keys)
    assert found == start.request
    assert pending_request(connection.id, state, {}, keys) is None
    assert pending_request(connection.id, None, {start.cookie_name: start.cookie_value}, keys) is None


@pytest.mark.parametrize(("path", "kept"), [("/", 32), ("/" + "x" * 60, 32), ("/" + "x" * 511, 6)])
def test_a_browser_has_as_many_pending_requests_as_fit_a_header(deployment: Deployment, path: str, kept: int) -> None:
    connection = deployment.connection(deployment.organization())
    jar: dict[str, str] = {}
    for _ in range(50):
        deployment.later(seconds=1)
        start = begin(deployment, connection.id, jar, path)
        jar[start.cookie_name] = start.cookie_value
        for name in start.dropped:
            del jar[name]
    assert len(jar) == kept
    assert max(jar) == start.cookie_name
    assert sum(len(name) + len(value) + 3 for name, value in jar.items()) <= 5_000


def test_a_connection_without_values_or_switched_off_starts_nothing(deployment: Deployment) -> None:
    organization = deployment.organization()
    draft = deployment.connection(organization, proven=False, identity_provider_url=None)
    disabled = deployment.connection(organization, disabled=True)
    for connection, code in ((draft, "connection_not_configured"), (disabled, "connection_disabled")):
        with pytest.raises(SignInRefused) as refused:
            begin(deployment, connection.id)
        assert refused.value.code == code


def test_an_unknown_connection_is_not_found(deployment: Deployment) -> None:
    for name in ("conn_" + "0" * 32, "conn_x", "", "org_" + "0" * 32):
        with pytest.raises(NotFound):
            begin(deployment, name)


def test_no_sign_in_starts_in_the_process_that_has_just_deleted_the_organization(deployment: Deployment) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization)
    begin(deployment, connection.id)
    deployment.container.organizations.delete(organization.id, deployment.now)
    deployment.later(seconds=1)
    with pytest.raises(NotFound):
        begin(deployment, connection.id)


def test_the_request_carries_the_version_it_was_made_under(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization(), version=9)
    start = begin(deployment, connection.id)
    assert start.request.connection_version == 9
    assert start.request.expires_at == deployment.now + timedelta(minutes=10)
    assert start.cookie_name == f"{COOKIE_PREFIX}{start.request.flow_id}"


def test_a_foreign_cookie_is_not_a_converted_request(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    keys = deployment.container.keys.load(deployment.now)
    assert not has_converted_request(connection.id, {f"{COOKIE_PREFIX}x": "y", "other": "z"}, keys)
    start = begin(deployment, connection.id)
    assert not has_converted_request(connection.id, {start.cookie_name: start.cookie_value}, keys)
