"""Items of connections."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.aws.transaction import update
from chalicelib.connections.model import AttributeMapping, Connection, IdentityProviderValues, LastTest, Provider
from chalicelib.connections.store import (
    change_connection,
    connection_key,
    connection_lookup,
    create_connection,
    delete_connection,
    mark_verified,
    update_last_sign_in,
)
from chalicelib.errors import Conflict, NotFound, Stale
from chalicelib.identifier import new_id
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.users.model import Role
from tests.support.deployment import Deployment


@pytest.fixture
def ready(deployment: Deployment) -> Connection:
    """A complete connection that is not proven."""
    return deployment.connection(deployment.organization(), proven=False)


VALUES = IdentityProviderValues(
    url="https://idp.test/new",
    issuer="https://idp.test/new",
    metadata_url="https://idp.test/metadata",
    sign_requests=True,
    metadata_url_by_guest=True,
    request_binding=RequestBinding.POST,
    metadata_binding=RequestBinding.REDIRECT,
)


def test_every_field_comes_back_equal(deployment: Deployment, table: Table, ready: Connection) -> None:
    full = replace(
        ready,
        id=new_id("conn", now=deployment.now),
        name="Okta",
        provider=Provider.OKTA,
        secret_version="v" * 64,
        metadata_url="https://idp.test/metadata",
        name_id_format="urn:x",
        allow_idp_initiated=True,
        clock_skew_seconds=0,
        attribute_mapping=AttributeMapping(("a",), (), ("b", "c"), ("d",)),
        jit_provisioning=False,
        default_role=Role.ADMIN,
        allow_guest_emails=("x@y.test",),
        force_authn=True,
        sign_requests=True,
        require_signed_response=True,
        require_signed_assertion=True,
        allow_missing_destination=True,
        sha1_exception_until=date(2027, 1, 1),
        disabled=True,
        proven=True,
        was_active=True,
        last_sign_in_at=deployment.now,
        request_binding=RequestBinding.POST,
        metadata_binding=RequestBinding.REDIRECT,
        metadata_signing_certificate=ready.certificates[0],
        signed_out_at=deployment.now,
        in_plan=False,
        pending=VALUES,
        previous=replace(VALUES, issuer="before"),
        swapped_at=deployment.now,
        last_test=LastTest(new_id("att", now=deployment.now), deployment.now, "saml_expired", 8, of_pending=True),
        removed_certificates=("0" * 64,),
        version=9,
    )
    given = {field.name for field in fields(Connection) if getattr(full, field.name) != field.default}
    assert given == {field.name for field in fields(Connection)}, "give the new field a value above"
    table.write(create_connection(full))
    assert table.read(connection_lookup(full.id), connection_lookup(ready.id)) == (full, ready)
    with pytest.raises(Conflict):
        table.write(create_connection(full))


def test_a_proof_counts_only_for_the_version_that_was_tried(
    deployment: Deployment, table: Table, ready: Connection
) -> None:
    table.write(change_connection(replace(ready, name="New"), before=ready))
    with pytest.raises(Stale):
        table.write(mark_verified(ready, deployment.now))


def test_a_change_does_not_overwrite_a_proof_that_came_meanwhile(
    deployment: Deployment, table: Table, ready: Connection
) -> None:
    table.write(mark_verified(ready, deployment.now))
    with pytest.raises(Stale):
        table.write(change_connection(replace(ready, name="New"), before=ready))


def test_a_change_keeps_the_time_of_the_last_sign_in(deployment: Deployment, table: Table, ready: Connection) -> None:
    table.write(update_last_sign_in(ready.id, deployment.now))
    table.write(change_connection(replace(ready, name="New"), before=ready))
    (found,) = table.read(connection_lookup(ready.id))
    assert found == replace(ready, name="New", version=2, last_sign_in_at=deployment.now)


def test_a_deleted_connection_is_not_revived_by_a_late_sign_in(
    deployment: Deployment, table: Table, ready: Connection
) -> None:
    table.write(delete_connection(ready))
    for write in (update_last_sign_in(ready.id, deployment.now), mark_verified(ready, deployment.now)):
        with pytest.raises((NotFound, Stale)):
            table.write(write)
    assert table.read(connection_lookup(ready.id)) == (None,)


def test_values_that_were_kept_before_they_said_so_sign_as_the_connection_did(
    deployment: Deployment, table: Table, ready: Connection
) -> None:
    waiting = IdentityProviderValues("https://new.test", sign_requests=False)
    signing = replace(ready, id=new_id("conn", now=deployment.now), sign_requests=True, pending=waiting)
    table.write(create_connection(signing))
    assert table.read(connection_lookup(signing.id)) == (signing,)
    older = {"url": "https://new.test", "certificates": []}
    table.write(update(connection_key(signing.id), {"pending": older}))
    (found,) = table.read(connection_lookup(signing.id))
    assert found is not None
    assert found.pending == replace(waiting, sign_requests=True)
