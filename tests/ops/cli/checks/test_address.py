from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from botocore.exceptions import ClientError

from ops.cli.checks.address import reply_of
from ops.cli.checks.finding import Reply
from tests.ops.cli.checks.healthy import FakeDeployment


@pytest.mark.parametrize(
    "reply",
    [
        Reply(502, b'{"message": "Internal server error"}', None),
        Reply(403, b'{"message": "Missing Authentication Token"}', None),
        Reply(200, b"<html>a parked domain</html>", None),
        Reply(200, b"[]", None),
        OSError("no such host"),
    ],
)
def test_an_address_that_is_not_ours_fails(reply: Reply | OSError, doctor: FakeDeployment) -> None:
    doctor.replies[f"{doctor.deployment.container.settings.base_url}/healthz"] = reply
    assert doctor.outcomes("address") == ["failed"]


@pytest.mark.parametrize(
    "reply",
    [Reply(200, b"https://elsewhere.example.test/saml/x/acs", None), Reply(503, b"", None), OSError("no such host")],
)
def test_metadata_with_other_addresses_than_customers_were_given_fails(
    reply: Reply | OSError, doctor: FakeDeployment
) -> None:
    connection = doctor.deployment.connection(doctor.deployment.organization())
    doctor.replies[f"{doctor.deployment.container.settings.base_url}/saml/{connection.id}/metadata"] = reply
    assert doctor.outcomes("metadata") == ["failed"]


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(4, "ok"), (-4, "ok"), (30, "warning"), (-30, "warning"), (300, "failed")]
)
def test_this_machines_clock_is_compared_with_that_of_aws(seconds: int, outcome: str, doctor: FakeDeployment) -> None:
    doctor.aws_time = doctor.deployment.now + timedelta(seconds=seconds)
    assert doctor.outcomes("clock") == [outcome]


def test_aws_tells_the_time_with_a_refusal_too(doctor: FakeDeployment) -> None:
    date = format_datetime(doctor.deployment.now + timedelta(minutes=10))
    answer = {"Error": {"Code": "AccessDeniedException"}, "ResponseMetadata": {"HTTPHeaders": {"date": date}}}
    doctor.table["describe_table"] = ClientError(answer, "DescribeTable")  # type: ignore[arg-type]
    assert doctor.outcomes("clock") == ["failed"]


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_unreadable_date_is_a_warning(date: str, doctor: FakeDeployment) -> None:
    answer = {"Error": {"Code": "AccessDeniedException"}, "ResponseMetadata": {"HTTPHeaders": {"date": date}}}
    doctor.table["describe_table"] = ClientError(answer, "DescribeTable")  # type: ignore[arg-type]
    assert doctor.outcomes("clock") == ["warning"]


def test_a_connection_without_tolerance_is_named(doctor: FakeDeployment) -> None:
    organization = doctor.deployment.organization()
    doctor.deployment.connection(organization)
    tight = doctor.deployment.connection(organization, clock_skew_seconds=0)
    ((outcome, detail),) = doctor.findings()["tolerances"]
    assert outcome == "warning"
    assert detail.endswith(tight.id)


@pytest.fixture
def server() -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/none" else 200)
            self.end_headers()
            self.wfile.write(b"here")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answering) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def test_a_reply_is_taken_whatever_its_status(server: str) -> None:
    for path, status in (("/", 200), ("/none", 404)):
        reply = reply_of(server + path)
        assert (reply.status, reply.body) == (status, b"here")
        assert reply.date is not None
        assert reply.date.tzinfo is not None


def test_nothing_there_is_an_error_of_the_system(server: str) -> None:
    with pytest.raises(OSError, match="refused"):
        reply_of("http://127.0.0.1:1/")
