"""Scheduled functions."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from chalice.local import LambdaContext
from chalice.test import Client

from app import app
from chalicelib import container
from chalicelib.audit_log.actor import ActorKind
from chalicelib.connections.expiry import CertificateExpiryMonitor
from chalicelib.errors import Unavailable
from chalicelib.organizations.store import mark_deleted, tombstone_lookup
from tests.support.audit_log import events
from tests.support.cloudformation import Resolved
from tests.support.deployment import new_deployment
from tests.support.metadata_site import site_of
from tests.support.wrong_imports import ONE, URL, describe


def _event() -> dict[str, object]:
    return {
        "version": "0", "account": "1", "region": "eu-west-1", "detail": {}, "detail-type": "Scheduled Event",
        "source": "aws.events", "time": "2026-11-23T09:00:00Z", "id": "1", "resources": [],
    }  # fmt: skip


def _give_time(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    def context(name: str, memory_size: int) -> LambdaContext:
        return LambdaContext(name, memory_size, max_runtime_ms=1000 * seconds)

    monkeypatch.setattr("chalice.test.LambdaContext", context)


@pytest.mark.parametrize(("seconds", "looks"), [(60, 1), (20, 0)])
def test_metadata_is_read_as_long_as_the_function_has_time(
    monkeypatch: pytest.MonkeyPatch, seconds: int, looks: int
) -> None:
    _give_time(monkeypatch, seconds)
    with new_deployment() as made:
        monkeypatch.setattr(container, "_container", made.container)
        site = site_of(made)
        site.pages[URL] = describe(ONE).encode()
        made.connection(made.organization(), metadata_url=URL, identity_provider_issuer="https://idp.test")
        with Client(app) as client:
            client.lambda_.invoke("refresh_metadata", _event())
    assert len(site.asked) == looks


def test_our_keys_take_the_steps_that_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    with new_deployment() as made:
        monkeypatch.setattr(container, "_container", made.container)
        with Client(app) as client:
            client.lambda_.invoke("rotate_keys", _event())
        keys, _ = made.container.keys.current()
    assert keys.cookies.next is not None
    assert keys.signing.next is None


def _seconds_of(function: str) -> int:
    seconds: int = json.loads(Path(".chalice/config.json").read_text())["lambda_functions"][function]["lambda_timeout"]
    return seconds


def _actions_of(role: str) -> set[str]:
    (policy,) = Resolved("dev").properties(role)["Policies"]
    return {action for statement in policy["PolicyDocument"]["Statement"] for action in statement["Action"]}


def test_the_refresh_has_its_time_and_may_delete_nothing() -> None:
    assert _seconds_of("refresh_metadata") == 900
    actions = _actions_of("RefreshMetadataRole")
    assert actions
    assert not {action for action in actions if "Delete" in action or "*" in action}


def test_the_run_says_how_many_days_the_first_certificate_has_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _give_time(monkeypatch, 60)
    with new_deployment() as made, caplog.at_level(logging.INFO, logger="gatehouse"):
        monkeypatch.setattr(container, "_container", made.container)
        acme = made.organization()
        made.connection(acme)
        made.later(days=995)
        with Client(app) as client:
            client.lambda_.invoke("refresh_metadata", _event())
        (line,) = [r.args for r in caplog.records if isinstance(r.args, dict) and "looks" in r.args]
        (event,) = events(made, acme.id)
    assert line["CertificateDaysLeft"] == 5
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["stage"]]
    assert (event.actor.kind, (event.after or {})["days"]) == (ActorKind.SCHEDULE, 7)


def test_certificates_that_can_not_be_checked_keep_no_metadata_from_being_read_and_the_run_counts_as_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise Unavailable(private="throttled")

    _give_time(monkeypatch, 60)
    with new_deployment() as made:
        monkeypatch.setattr(container, "_container", made.container)
        monkeypatch.setattr(CertificateExpiryMonitor, "run", broken)
        site = site_of(made)
        site.pages[URL] = describe(ONE).encode()
        made.connection(made.organization(), metadata_url=URL, identity_provider_issuer="https://idp.test")
        with Client(app) as client, pytest.raises(Unavailable):
            client.lambda_.invoke("refresh_metadata", _event())
    assert len(site.asked) == 1


@pytest.mark.parametrize(("seconds", "is_gone"), [(60, True), (20, False)])
def test_a_deletion_that_broke_off_goes_on_as_long_as_the_function_has_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, seconds: int, is_gone: bool
) -> None:
    _give_time(monkeypatch, seconds)
    with new_deployment() as made, caplog.at_level(logging.INFO, logger="gatehouse"):
        monkeypatch.setattr(container, "_container", made.container)
        acme = made.organization()
        made.container.table.write(mark_deleted(acme.id, made.now))
        made.later(hours=2)
        with Client(app) as client:
            client.lambda_.invoke("cleanup_orphans", _event())
        assert (made.container.table.read(tombstone_lookup(acme.id)) == (None,)) is is_gone
    (line,) = [r.args for r in caplog.records if isinstance(r.args, dict) and "unknown_secret" in r.args]
    assert line["organization"] == int(is_gone)


def test_the_cleanup_reads_no_secret_and_lists_none_of_others() -> None:
    assert _seconds_of("cleanup_orphans") == 900
    actions = _actions_of("CleanupOrphansRole")
    assert actions
    assert not actions & {"secretsmanager:GetSecretValue", "secretsmanager:ListSecrets"}
