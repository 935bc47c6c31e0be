"""DynamoDB items of connections.

CONN#{connection_id} / CONN   the connection; found by the ID in the path alone, in one read; in `listing` if its
                              metadata is read daily
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.aws.certificate_item import certificate_item, parse_certificate
from chalicelib.aws.condition import Condition, absent, equals
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, optional_date_of, optional_instant_of
from chalicelib.aws.transaction import Write, delete, put, update
from chalicelib.connections.model import AttributeMapping, Connection, IdentityProviderValues, LastTest, Provider
from chalicelib.connections.removed_certificates import remembering_removals
from chalicelib.errors import Conflict, NotFound, Stale
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.users.model import Role

WITH_METADATA: Final = "METADATA"
_PINNED: Final = "metadata_signing_certificate"


def connection_key(connection_id: str) -> Key:
    """The key of a connection."""
    return Key(f"CONN#{connection_id}", "CONN")


def connection_lookup(connection_id: str) -> Lookup[Connection]:
    """Looks up a connection of any organization: compare `organization_id` before showing it to an admin."""
    return Lookup(connection_key(connection_id), _parse)


def connections_with_metadata() -> Range[Connection]:
    """Every connection with a metadata URL, from the index."""
    return Range(WITH_METADATA, "ID#", _parse, index="listing")


def create_connection(connection: Connection) -> Write:
    """Creates a connection. Belongs with `put_connection_summary`."""
    return put(connection_key(connection.id), _item(connection), absent(), Conflict("conflict"))


def change_connection(changed: Connection, *, before: Connection) -> Write:
    """Updates every attribute that an admin may change, if no admin changed it since; increments the version. Belongs
    with `put_connection_summary`.

    The condition includes `proven`, so that a proof by a concurrent sign-in isn't lost. Certificates that are no longer
    trusted are recorded in the same write.
    """
    values = _item(remembering_removals(before, changed)) | {"version": before.version + 1}
    del values["last_sign_in_at"], values["last_test"], values["created_at"], values["in_plan"]
    return update(connection_key(changed.id), values, condition=_is_unchanged(before), refused=Stale())


def mark_verified(connection: Connection, now: datetime) -> Write:
    """Marks the connection as proven by a sign-in with exactly these values. Belongs with `verify_and_count_admins`."""
    values = {"proven": True, "was_active": False, "last_sign_in_at": instant(now)}
    return update(connection_key(connection.id), values, condition=_is_unchanged(connection), refused=Stale())


def record_test(connection: Connection, test: LastTest, *, proves: bool) -> Write:
    """Records a test's result, whatever was saved since; it proves the connection only if the values are unchanged."""
    values: Item = {"last_test": _test_item(test)}
    if not proves:
        return update(connection_key(connection.id), values, condition=equals(kind="connection"), refused=NotFound())
    values |= {"proven": True, "was_active": False}
    return update(connection_key(connection.id), values, condition=_is_unchanged(connection), refused=Stale())


def update_last_sign_in(connection_id: str, now: datetime) -> Write:
    """Updates the time of the last sign-in. Skipped on a conflict, because the concurrent writer is another sign-in or
    an admin.
    """
    values = {"last_sign_in_at": instant(now)}
    condition = equals(kind="connection")
    touch = update(connection_key(connection_id), values, condition=condition, refused=NotFound())
    return replace(touch, skip_on_conflict=True)


def note_plan(connection_id: str, *, in_plan: bool) -> Write:
    """Records whether single sign-on is in the organization's plan. Belongs with `change_organization`."""
    values = {"in_plan": in_plan}
    return update(connection_key(connection_id), values, condition=equals(kind="connection"), refused=Stale())


def delete_connection(connection: Connection) -> Write:
    """Deletes the connection, if no admin changed it since. Belongs with `forget_connection`."""
    return delete(connection_key(connection.id), equals(version=connection.version), Stale())


def purge_connection(connection_id: str) -> Write:
    """Deletes the connection unconditionally, as a step of deleting its organization."""
    return delete(connection_key(connection_id))


def _is_unchanged(before: Connection) -> Condition:
    return equals(version=before.version, proven=before.proven)


def _item(connection: Connection) -> Item:
    """Returns every attribute of the item; None for an absent one."""
    pinned = connection.metadata_signing_certificate
    return _settings_item(connection) | {
        "kind": "connection",
        "id": connection.id,
        "organization_id": connection.organization_id,
        "name": connection.name,
        "provider": connection.provider.value,
        "identity_provider_url": connection.identity_provider_url,
        "identity_provider_issuer": connection.identity_provider_issuer,
        "certificates": [certificate_item(c) for c in connection.certificates],
        "secret_version": connection.secret_version,
        "metadata_url": connection.metadata_url,
        "metadata_signing_certificate": certificate_item(pinned) if pinned else None,
        "listing_pk": WITH_METADATA if connection.metadata_url else None,
        "listing_sk": f"ID#{connection.id}" if connection.metadata_url else None,
        "disabled": connection.disabled,
        "signed_out_at": instant(connection.signed_out_at),
        "in_plan": connection.in_plan,
        "proven": connection.proven,
        "was_active": connection.was_active,
        "last_sign_in_at": instant(connection.last_sign_in_at),
        "pending": _values_item(connection.pending) if connection.pending else None,
        "previous": _values_item(connection.previous) if connection.previous else None,
        "swapped_at": instant(connection.swapped_at),
        "last_test": _test_item(connection.last_test) if connection.last_test else None,
        "removed_certificates": list(connection.removed_certificates) or None,
        "created_at": instant(connection.created_at),
        "updated_at": instant(connection.updated_at),
        "version": connection.version,
    }


def _settings_item(connection: Connection) -> Item:
    until = connection.sha1_exception_until
    return {
        "name_id_format": connection.name_id_format,
        "allow_idp_initiated": connection.allow_idp_initiated,
        "clock_skew_seconds": connection.clock_skew_seconds,
        "attribute_mapping": _mapping_item(connection.attribute_mapping),
        "jit_provisioning": connection.jit_provisioning,
        "default_role": connection.default_role.value,
        "allow_guest_emails": list(connection.allow_guest_emails),
        "force_authn": connection.force_authn,
        "sign_requests": connection.sign_requests,
        "request_binding": connection.request_binding,
        "metadata_binding": connection.metadata_binding,
        "require_signed_response": connection.require_signed_response,
        "require_signed_assertion": connection.require_signed_assertion,
        "allow_missing_destination": connection.allow_missing_destination,
        "sha1_exception_until": until.isoformat() if until else None,
    }


def _values_item(values: IdentityProviderValues) -> Item:
    return _without_none(
        {
            "url": values.url,
            "issuer": values.issuer,
            "certificates": [certificate_item(c) for c in values.certificates],
            "secret_version": values.secret_version,
            "metadata_url": values.metadata_url,
            "sign_requests": values.sign_requests,
            "metadata_url_by_guest": values.metadata_url_by_guest or None,
            "request_binding": values.request_binding,
            "metadata_binding": values.metadata_binding,
        }
    )


def _test_item(test: LastTest) -> Item:
    return _without_none(
        {
            "attempt_id": test.attempt_id,
            "created_at": instant(test.created_at),
            "code": test.code,
            "version": test.version,
            "of_pending": test.of_pending,
        }
    )


def _without_none(item: Item) -> Item:
    return {name: value for name, value in item.items() if value is not None}


def _mapping_item(mapping: AttributeMapping) -> Item:
    return {
        "email": list(mapping.email),
        "first_name": list(mapping.first_name),
        "last_name": list(mapping.last_name),
        "groups": list(mapping.groups),
    }


def _parse(item: Item) -> Connection:
    return Connection(
        id=item["id"],
        organization_id=item["organization_id"],
        name=item.get("name"),
        provider=Provider(item["provider"]),
        identity_provider_url=item.get("identity_provider_url"),
        identity_provider_issuer=item.get("identity_provider_issuer"),
        certificates=tuple(parse_certificate(c) for c in item["certificates"]),
        secret_version=item.get("secret_version"),
        metadata_url=item.get("metadata_url"),
        metadata_signing_certificate=parse_certificate(item[_PINNED]) if _PINNED in item else None,
        name_id_format=item.get("name_id_format"),
        allow_idp_initiated=item["allow_idp_initiated"],
        clock_skew_seconds=int(item["clock_skew_seconds"]),
        attribute_mapping=_parse_mapping(item["attribute_mapping"]),
        jit_provisioning=item["jit_provisioning"],
        default_role=Role(item["default_role"]),
        allow_guest_emails=tuple(item["allow_guest_emails"]),
        force_authn=item["force_authn"],
        sign_requests=item["sign_requests"],
        require_signed_response=item["require_signed_response"],
        require_signed_assertion=item["require_signed_assertion"],
        allow_missing_destination=item["allow_missing_destination"],
        sha1_exception_until=optional_date_of(item, "sha1_exception_until"),
        disabled=item["disabled"],
        proven=item["proven"],
        was_active=item["was_active"],
        last_sign_in_at=optional_instant_of(item, "last_sign_in_at"),
        pending=_parse_values(item, "pending"),
        previous=_parse_values(item, "previous"),
        swapped_at=optional_instant_of(item, "swapped_at"),
        last_test=_parse_test(item["last_test"]) if "last_test" in item else None,
        removed_certificates=tuple(item.get("removed_certificates", ())),
        created_at=instant_of(item, "created_at"),
        updated_at=instant_of(item, "updated_at"),
        version=int(item["version"]),
        **_parse_later_attributes(item),
    )


def _parse_later_attributes(item: Item) -> dict[str, Any]:
    """Parses attributes that older items lack."""
    return {
        "request_binding": _binding(item, "request_binding"),
        "metadata_binding": _binding(item, "metadata_binding"),
        "signed_out_at": optional_instant_of(item, "signed_out_at"),
        "in_plan": item.get("in_plan", True),
    }


def _parse_mapping(item: Item) -> AttributeMapping:
    return AttributeMapping(
        email=tuple(item["email"]),
        first_name=tuple(item["first_name"]),
        last_name=tuple(item["last_name"]),
        groups=tuple(item["groups"]),
    )


def _parse_values(connection: Item, name: str) -> IdentityProviderValues | None:
    """Parses pending or previous values. Older items have one `sign_requests` for all."""
    if (item := connection.get(name)) is None:
        return None
    return IdentityProviderValues(
        url=item.get("url"),
        issuer=item.get("issuer"),
        certificates=tuple(parse_certificate(c) for c in item["certificates"]),
        secret_version=item.get("secret_version"),
        metadata_url=item.get("metadata_url"),
        sign_requests=item.get("sign_requests", connection["sign_requests"]),
        metadata_url_by_guest=item.get("metadata_url_by_guest", False),
        request_binding=_binding(item, "request_binding"),
        metadata_binding=_binding(item, "metadata_binding"),
    )


def _binding(item: Item, name: str) -> RequestBinding | None:
    return RequestBinding(item[name]) if name in item else None


def _parse_test(item: Item) -> LastTest:
    return LastTest(
        attempt_id=item["attempt_id"],
        created_at=instant_of(item, "created_at"),
        code=item.get("code"),
        version=int(item["version"]),
        of_pending=item["of_pending"],
    )
