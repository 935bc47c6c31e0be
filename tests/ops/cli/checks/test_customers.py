from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.connections.model import LastTest
from chalicelib.identifier import new_id
from tests.ops.cli.checks.healthy import FakeDeployment


def test_certificates_with_sixty_days_or_less_are_marked_those_that_end_first_first(doctor: FakeDeployment) -> None:
    organization = doctor.deployment.organization()
    good = doctor.deployment.connection(organization).certificates[0]
    for days in (60, -2, 61):
        ending = replace(good, sha256=f"{days:064}", not_after=doctor.deployment.now + timedelta(days=days))
        doctor.deployment.connection(organization, certificates=(ending,))
    found = doctor.findings()
    assert [outcome for outcome, _ in found["certificate"]] == ["warning", "warning"]
    assert "ended 2 days ago" in found["certificate"][0][1]
    assert "ends in 60 days" in found["certificate"][1][1]
    assert found["certificates"] == [("ok", "4 trusted, 2 with more than 60 days")]


def test_a_connection_whose_last_test_failed_is_named_with_its_attempt(doctor: FakeDeployment) -> None:
    organization = doctor.deployment.organization()
    now = doctor.deployment.now
    passed = LastTest(new_id("att", now=now), now, None, 1)
    doctor.deployment.connection(organization, last_test=passed)
    broken = doctor.deployment.connection(organization, last_test=replace(passed, code="saml_audience_mismatch"))
    ((outcome, detail),) = doctor.findings()["test"]
    assert outcome == "warning"
    assert broken.id in detail
    assert "saml_audience_mismatch" in detail
