from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment
from tests.support.identity_provider import key
from tests.support.round_trip import identity_provider


def test_certificates_are_listed_by_their_end(deployment: Deployment, run: Run) -> None:
    organization = deployment.organization()
    late = deployment.connection(organization).certificates[0]
    soon = replace(late, sha256="0" * 64, not_after=deployment.now + timedelta(days=20))
    deployment.connection(organization, certificates=(soon,))
    rows = run("certificate", "list")["data"]
    assert [(row["sha256"], row["age"], row["days_left"]) for row in rows] == [
        (soon.sha256, "soon", 20),
        (late.sha256, "ok", 1000),
    ]


def test_an_added_certificate_signs_in_at_once_and_the_connection_stays_active(
    deployment: Deployment, run: Run, tmp_path: Path
) -> None:
    idp = identity_provider(deployment, proven=True)
    file = tmp_path / "new.pem"
    file.write_text(key("second").pem)
    added = run("certificate", "add", idp.connection.id, "--file", str(file))
    assert added["status"] == "active"
    assert {c["sha256"] for c in added["certificates"]} == {
        key("acme").certificate.facts.sha256,
        key("second").certificate.facts.sha256,
    }
    trusted = deployment.container.connections.certificate_texts(idp.reload_connection())
    assert set(trusted.values()) == {key("acme").base64, key("second").base64}


def test_an_expired_certificate_is_trusted_no_longer_and_the_connection_must_be_proven_again(
    deployment: Deployment, run: Run, tmp_path: Path
) -> None:
    idp = identity_provider(deployment, proven=True)
    file = tmp_path / "new.pem"
    file.write_text(key("second").pem)
    run("certificate", "add", idp.connection.id, "--file", str(file))
    gone = key("acme").certificate.facts.sha256
    expired = run("certificate", "expire", idp.connection.id, "--sha256", gone[:8].upper())
    assert (expired["status_before"], expired["status"]) == ("active", "ready")
    assert [c.sha256 for c in idp.reload_connection().certificates] == [key("second").certificate.facts.sha256]


@pytest.mark.parametrize("wanted", ["", "0123", "ffffffffffffffff"])
def test_a_fingerprint_that_names_no_one_certificate_expires_none(
    wanted: str, deployment: Deployment, refused: Callable[..., str]
) -> None:
    idp = identity_provider(deployment)
    assert "SHA-256" in refused("certificate", "expire", idp.connection.id, "--sha256", wanted)
    assert len(idp.reload_connection().certificates) == 1


def test_what_is_not_a_certificate_is_not_added(
    deployment: Deployment, refused: Callable[..., str], tmp_path: Path
) -> None:
    idp = identity_provider(deployment)
    file = tmp_path / "key.pem"
    file.write_bytes(key("acme").private_pem)
    said = refused("certificate", "add", idp.connection.id, "--file", str(file))
    assert "private key" in said
    assert "can't be read" in refused("certificate", "add", idp.connection.id, "--file", str(tmp_path / "none"))
