"""Items that end by themselves: TTL deletes late, so every read compares the time itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, NotFound
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import acquire, complete, receipt_lookup, release
from chalicelib.invitations.model import Link, LinkPurpose
from chalicelib.invitations.store import create_link, link_lookup, use_link
from chalicelib.saml.check import Check, CheckName
from chalicelib.sessions.model import AuthenticationMethod, Session
from chalicelib.sessions.store import create_session, end_session, session_lookup
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import attempt_lookup, attempts_of, record_attempt
from tests.support.deployment import NOW

END = NOW + timedelta(hours=1)
ALMOST = END - timedelta(milliseconds=1)
SESSION = Session("s", "org_1", "usr_1", AuthenticationMethod.SAML, 2, NOW, END, "conn_1", "index")
LINK = Link("link_1", "l", LinkPurpose.INVITATION, "org_1", "usr_1", 2, END)
RECEIPT = IdempotencyRecord("r", "mac", "lease", NOW + timedelta(seconds=30), END)
ATTEMPT = Attempt(
    id="att_1",
    organization_id="org_1",
    connection_id="conn_1",
    created_at=NOW,
    result=AttemptResult.REFUSED,
    code="saml_expired",
    request_id="_req",
    user_id="usr_1",
    email="ada@acme.test",
    idp_initiated=True,
    is_test=True,
    checks=(Check(CheckName.TIMES, False, "now", None),),
)


def test_each_comes_back_equal_until_its_time_is_over(table: Table) -> None:
    table.write(create_session(SESSION), create_link(LINK), acquire(RECEIPT, instead_of=None, now=NOW))
    lookups = (session_lookup("s", ALMOST), link_lookup("l", ALMOST), receipt_lookup("r", ALMOST))
    assert table.read(*lookups) == (SESSION, LINK, RECEIPT)
    assert table.read(session_lookup("s", END), link_lookup("l", END), receipt_lookup("r", END)) == (None, None, None)


def test_an_attempt_lasts_thirty_days(table: Table) -> None:
    table.write(record_attempt(ATTEMPT))
    last = NOW + timedelta(days=30)
    assert table.read(attempt_lookup("conn_1", "att_1", last - timedelta(seconds=1))) == (ATTEMPT,)
    assert table.read(attempt_lookup("conn_1", "att_1", last)) == (None,)
    assert table.page(attempts_of("conn_1", NOW), limit=1).values == (ATTEMPT,)
    assert table.page(attempts_of("conn_1", last), limit=1).values == ()
    assert table.read(attempt_lookup("conn_2", "att_1", NOW)) == (None,)


def test_a_session_ends_when_it_is_ended(table: Table) -> None:
    table.write(create_session(SESSION))
    table.write(end_session("s"))
    table.write(end_session("s"))
    assert table.read(session_lookup("s", NOW)) == (None,)


def test_a_link_is_used_once_and_never_after_its_time(table: Table) -> None:
    table.write(create_link(LINK))
    with pytest.raises(NotFound):
        table.write(use_link("l", END))
    table.write(use_link("l", NOW))
    with pytest.raises(NotFound):
        table.write(use_link("l", NOW))


def test_a_lease_is_one_requests_until_it_is_settled_or_released(table: Table) -> None:
    table.write(acquire(RECEIPT, instead_of=None, now=NOW))
    other = replace(RECEIPT, lease="other")
    for write in (acquire(other, instead_of=None, now=NOW), complete(other, "org_1"), release(other)):
        with pytest.raises(Conflict):
            table.write(write)
    table.write(acquire(other, instead_of=RECEIPT, now=NOW))
    with pytest.raises(Conflict):
        table.write(complete(RECEIPT, "org_1"))
    table.write(complete(other, "org_1"))
    for write in (release(other), acquire(RECEIPT, instead_of=other, now=NOW)):
        with pytest.raises(Conflict):
            table.write(write)
    assert table.read(receipt_lookup("r", NOW)) == (replace(other, object_id="org_1"),)
    table.write(acquire(RECEIPT, instead_of=None, now=END))
