"""The daily metadata refresh trusts only approved or signed keys, and never discards valid ones."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import mark_verified
from chalicelib.errors import Conflict, Invalid, Stale, Unavailable
from chalicelib.i18n.catalog import in_english
from chalicelib.organizations.model import Plan, summary_of
from chalicelib.organizations.store import put_connection_summary
from tests.support.deployment import Deployment
from tests.support.identity_provider.keys import Key
from tests.support.metadata_site import site_of
from tests.support.refreshed_metadata import Customer, sign_metadata
from tests.support.wrong_imports import HTML, MANY, ONE, SEVERAL, TWO, URL, describe

PIN, OTHER = MANY[0], MANY[1]


def fingerprints(*keys: Key) -> list[str]:
    """In order."""
    return [k.certificate.facts.sha256 for k in keys]


def trusted_certificates(connection: Connection) -> list[str]:
    """The certificates that the connection trusts."""
    return [facts.sha256 for facts in connection.certificates]


@pytest.fixture
def customer(deployment: Deployment) -> Customer:
    """With a proven connection that trusts ONE."""
    site = site_of(deployment)
    site.pages[URL] = describe(ONE).encode()
    acme = deployment.organization()
    draft = deployment.container.connections.create(acme.id, now=deployment.now)
    made = Customer(deployment, site, acme, draft.id)
    saved = made.saves(metadata_url=URL)
    deployment.container.table.write(mark_verified(saved, deployment.now))
    deployment.container.table.write(put_connection_summary(acme.id, summary_of(made.connection)))
    return made


def test_an_address_fills_the_values_and_is_kept(customer: Customer) -> None:
    found = customer.connection
    assert (found.identity_provider_url, found.identity_provider_issuer) == ("https://idp.test/sso", "https://idp.test")
    assert (found.metadata_url, trusted_certificates(found), found.status) == (
        URL,
        fingerprints(ONE),
        ConnectionStatus.ACTIVE,
    )


def test_a_new_key_waits_and_is_reported_once(customer: Customer, caplog: pytest.LogCaptureFixture) -> None:
    customer.publishes(ONE, TWO)
    before = customer.connection
    with caplog.at_level(logging.WARNING, "gatehouse"):
        assert [customer.next_day(), customer.next_day()] == [1, 1]
    assert customer.connection == before
    assert customer.waiting == fingerprints(TWO)
    told = [record.getMessage() for record in caplog.records if "metadata.key_found" in record.getMessage()]
    assert len(told) == 1
    assert fingerprints(TWO)[0] in told[0]
    assert customer.id in told[0]


def test_an_approved_key_stands_beside_the_old_one_and_nothing_stops_being_active(customer: Customer) -> None:
    customer.publishes(TWO)
    customer.next_day()
    after = customer.approves(TWO)
    assert trusted_certificates(after) == fingerprints(ONE, TWO)
    assert after.status is ConnectionStatus.ACTIVE
    assert customer.waiting == []
    loaded = customer.deployment.container.certificates.load(after)
    assert [c.der for c in loaded] == [ONE.der, TWO.der]
    assert customer.approves(TWO) == after


def test_only_what_was_found_can_be_approved(customer: Customer) -> None:
    customer.publishes(ONE, TWO)
    customer.next_day()
    with pytest.raises(Invalid) as refused:
        customer.approves(TWO, OTHER)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/sha256/1", "unknown_certificate")]
    assert trusted_certificates(customer.connection) == fingerprints(ONE)


def test_what_another_address_said_cannot_be_approved(customer: Customer) -> None:
    customer.publishes(ONE, TWO)
    customer.next_day()
    customer.site.pages["https://new.test/metadata"] = describe(ONE).encode()
    customer.saves(metadata_url="https://new.test/metadata")
    assert customer.check is None
    with pytest.raises(Invalid):
        customer.approves(TWO)


def test_a_fifth_certificate_is_refused_until_one_is_removed(customer: Customer) -> None:
    customer.saves(x509_certificates=[k.base64 for k in (ONE, *MANY[2:5])])
    customer.publishes(TWO)
    customer.next_day()
    with pytest.raises(Invalid) as refused:
        customer.approves(TWO)
    assert refused.value.errors[0].code == "too_many_certificates"
    assert customer.waiting == fingerprints(TWO)


def test_a_key_that_is_gone_is_reported_and_stays_trusted(customer: Customer) -> None:
    customer.publishes(TWO)
    customer.next_day()
    assert customer.check is not None
    assert customer.check.missing == tuple(fingerprints(ONE))
    assert trusted_certificates(customer.connection) == fingerprints(ONE)


def test_an_address_for_signing_in_that_moved_is_reported_and_not_followed(customer: Customer) -> None:
    customer.site.pages[URL] = describe(ONE).replace("https://idp.test/sso", "https://moved.test/sso").encode()
    customer.next_day()
    assert customer.check is not None
    assert customer.check.sso_url == "https://moved.test/sso"
    assert customer.connection.identity_provider_url == "https://idp.test/sso"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("timeout", "timeout"),
        ("private_address", "private_address"),
        (HTML.encode(), "web_page_not_metadata"),
        (b"", "not_metadata_there"),
        (b"<x/>", "not_metadata"),
        (describe(TWO, entity_id="https://evil.test").encode(), "unknown_entity_id"),
        (describe(TWO, more='validUntil="2020-01-01T00:00:00Z"').encode(), "metadata_expired"),
        (describe().encode(), "no_signing_certificate"),
    ],
)
def test_a_failure_is_displayed_and_the_last_successful_check_stays(
    customer: Customer, caplog: pytest.LogCaptureFixture, page: bytes | str, code: str
) -> None:
    customer.publishes(ONE, TWO)
    customer.next_day()
    good, before = customer.check, customer.connection
    customer.site.pages[URL] = page
    with caplog.at_level(logging.WARNING, "gatehouse"):
        customer.next_day()
        customer.next_day()
    bad = customer.check
    assert good is not None
    assert bad is not None
    assert (bad.code, bad.at, bad.succeeded_at) == (code, customer.deployment.now, good.at)
    assert bad.message is not None
    assert len(in_english(bad.message)) > 20
    assert customer.waiting == fingerprints(TWO)
    assert customer.connection == before
    assert caplog.text.count("metadata.refresh_failed") == 1


def test_of_several_identity_providers_the_connections_own_is_read(customer: Customer) -> None:
    customer.site.pages[URL] = SEVERAL.replace(ONE.base64, MANY[2].base64).encode()
    customer.next_day()
    assert customer.waiting == fingerprints(MANY[2])


def test_a_key_in_metadata_that_the_pinned_key_signed_is_trusted_at_once(
    customer: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    customer.saves(metadata_signing_certificate=PIN.pem)
    customer.site.pages[URL] = sign_metadata(describe(ONE, TWO), PIN)
    with caplog.at_level(logging.WARNING, "gatehouse"):
        customer.next_day()
    assert trusted_certificates(customer.connection) == fingerprints(ONE, TWO)
    assert customer.connection.status is ConnectionStatus.ACTIVE
    assert customer.waiting == []
    assert "metadata.signed_key_trusted" in caplog.text


def test_the_first_key_in_signed_metadata_is_trusted_where_there_was_no_certificate(customer: Customer) -> None:
    draft = customer.deployment.container.connections.create(customer.organization.id, now=customer.deployment.now)
    first = replace(customer, id=draft.id)
    first.publishes()
    first.saves(metadata_url=URL, metadata_signing_certificate=PIN.pem)
    assert trusted_certificates(first.connection) == []
    first.site.pages[URL] = sign_metadata(describe(ONE), PIN)
    first.next_day()
    assert trusted_certificates(first.connection) == fingerprints(ONE)
    assert customer.deployment.container.certificates.load(first.connection)[0].facts.sha256 == fingerprints(ONE)[0]


def test_a_key_that_an_admin_took_away_is_not_trusted_again_without_them(customer: Customer) -> None:
    """It may have been stolen, while the identity provider's metadata names it still, or an old copy does."""
    customer.saves(metadata_signing_certificate=PIN.pem)
    customer.site.pages[URL] = sign_metadata(describe(ONE, TWO), PIN)
    customer.next_day()
    customer.saves(x509_certificates=[ONE.base64])
    for _ in range(3):
        customer.next_day()
    assert trusted_certificates(customer.connection) == fingerprints(ONE)
    assert customer.waiting == fingerprints(TWO)
    customer.approves(TWO)
    assert trusted_certificates(customer.connection) == fingerprints(ONE, TWO)
    customer.saves(x509_certificates=[TWO.base64])
    customer.next_day()
    assert trusted_certificates(customer.connection) == fingerprints(TWO)


def test_keys_trusted_one_after_the_other_are_all_in_the_secret(customer: Customer) -> None:
    customer.saves(metadata_signing_certificate=PIN.pem)
    for number, keys in enumerate([(ONE, TWO), (ONE, TWO, MANY[2]), (ONE, TWO, MANY[2], MANY[3])]):
        customer.site.pages[URL] = sign_metadata(describe(*keys), PIN)
        customer.next_day()
        assert len(trusted_certificates(customer.connection)) == number + 2
        container = customer.deployment.container
        unread = CertificateSecrets(container._secrets, container.settings.secret_prefix)
        assert len(unread.load(customer.connection)) == number + 2


def _moved(document: bytes) -> bytes:
    """The signed document inside another, whose role comes first."""
    return describe(TWO).encode().replace(b"</md:EntityDescriptor>", document + b"</md:EntityDescriptor>")


FORGERIES: dict[str, Callable[[], bytes]] = {
    "unsigned": lambda: describe(ONE, TWO).encode(),
    "signed by another key": lambda: sign_metadata(describe(ONE, TWO), OTHER),
    "signed by another key that shows the pinned one": lambda: sign_metadata(describe(ONE, TWO), OTHER).replace(
        OTHER.base64.encode(), PIN.base64.encode()
    ),
    "altered after signing": lambda: sign_metadata(describe(ONE, MANY[2]), PIN).replace(
        MANY[2].base64.encode(), TWO.base64.encode()
    ),
    "a signed part inside another document": lambda: _moved(sign_metadata(describe(ONE), PIN)),
    "an ID taken away": lambda: sign_metadata(describe(ONE, TWO), PIN).replace(b' ID="_metadata"', b""),
    "a document type": lambda: b"<!DOCTYPE x>" + sign_metadata(describe(ONE, TWO), PIN),
    "a web page": lambda: HTML.encode(),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_the_pinned_key_did_not_sign_is_not_even_found(customer: Customer, name: str) -> None:
    customer.saves(metadata_signing_certificate=PIN.pem)
    customer.site.pages[URL] = FORGERIES[name]()
    customer.next_day()
    assert customer.check is not None
    assert customer.check.code is not None
    assert customer.waiting == []
    assert trusted_certificates(customer.connection) == fingerprints(ONE)


def test_a_signed_fifth_certificate_waits(customer: Customer) -> None:
    customer.saves(metadata_signing_certificate=PIN.pem, x509_certificates=[k.base64 for k in (ONE, *MANY[2:5])])
    customer.site.pages[URL] = sign_metadata(describe(ONE, TWO), PIN)
    customer.next_day()
    assert customer.waiting == fingerprints(TWO)


def test_each_connection_is_read_once_a_day(customer: Customer) -> None:
    run, deployment = customer.deployment.container.metadata_refresh.run, customer.deployment
    assert run(deployment.now, lambda: True) == 1
    deployment.later(hours=1)
    assert run(deployment.now, lambda: True) == 0
    deployment.later(hours=19)
    assert run(deployment.now, lambda: True) == 1


def test_a_run_without_time_ends_and_the_next_goes_on(customer: Customer) -> None:
    deployment = customer.deployment
    for _ in range(60):
        deployment.connection(customer.organization, metadata_url=URL, identity_provider_issuer="https://idp.test")
    left, looks = [30], list[int]()

    def has_time() -> bool:
        left[0] -= 1
        return left[0] >= 0

    for _ in range(3):
        looks.append(deployment.container.metadata_refresh.run(deployment.now, has_time))
        left[0] = 30
    assert looks == [30, 30, 1]


def test_one_connections_failure_is_its_own(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    deployment = customer.deployment
    for _ in range(3):
        deployment.later(seconds=1)
        deployment.connection(customer.organization, metadata_url=URL, identity_provider_issuer="https://idp.test")
    write, failures = Table.write, [Unavailable(private="no answer"), ZeroDivisionError()]

    def failing(this: Table, *writes: Any) -> None:
        if failures:
            raise failures.pop()
        write(this, *writes)

    monkeypatch.setattr(Table, "write", failing)
    with caplog.at_level(logging.ERROR, "gatehouse"):
        assert customer.next_day() == 4
    assert caplog.text.count("metadata.refresh_interrupted") == 2
    assert customer.check is not None


def test_what_was_deleted_disabled_or_downgraded_is_passed_over(customer: Customer, deployment: Deployment) -> None:
    basic = deployment.organization("basic.test", plan=Plan.STANDARD)
    deployment.connection(basic, metadata_url="https://basic.test/metadata")
    customer.saves(metadata_url=None)
    customer.site.asked.clear()
    customer.next_day()
    assert customer.site.asked == []


def test_without_an_address_there_is_nothing_to_look_at(customer: Customer) -> None:
    customer.saves(metadata_url=None)
    with pytest.raises(Conflict) as refused:
        customer.deployment.container.metadata_refresh.look(
            customer.connection, customer.check, customer.deployment.now
        )
    assert refused.value.code == "no_metadata_url"


def test_an_admin_who_saves_at_the_same_moment_wins(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    customer.publishes(ONE, TWO)
    customer.next_day()
    texts, service = type(customer.deployment.container.connections).certificate_texts, customer

    def racing(this: Any, connection: Connection) -> dict[str, str]:
        monkeypatch.setattr(type(this), "certificate_texts", texts)
        service.saves(name="Renamed")
        return texts(this, connection)

    monkeypatch.setattr(type(customer.deployment.container.connections), "certificate_texts", racing)
    with pytest.raises(Stale):
        customer.approves(TWO)
    assert (customer.connection.name, trusted_certificates(customer.connection)) == ("Renamed", fingerprints(ONE))


def test_a_check_expires_after_sixty_days(customer: Customer) -> None:
    customer.next_day()
    customer.deployment.clock[0] += timedelta(days=60)
    assert customer.check is None
