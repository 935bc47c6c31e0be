"""Snapshots of objects for the audit log. Fields are listed explicitly, so a new field is never included by
accident.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from chalicelib.api_keys.model import ApiKey
from chalicelib.audit_log.model import Snapshot, moment_text
from chalicelib.connections.model import Connection
from chalicelib.login_policy.model import LoginPolicy
from chalicelib.organizations.model import Organization
from chalicelib.saml.certificate import CertificateFacts
from chalicelib.users.model import User

if TYPE_CHECKING:
    from chalicelib.setup_links.model import SetupLink

_ORGANIZATION: Final = ("name", "external_id", "plan", "domains")
_USER: Final = ("email", "name", "role", "status")
_POLICY: Final = ("mode", "required_for_admins", "exempt_user_ids")
_API_KEY: Final = ("name", "organization_id", "expires_at", "scopes")
_SETUP_LINK: Final = ("connection_id", "created_by", "expires_at", "opened_from")
_CONNECTION: Final = (
    "name",
    "provider",
    "status",
    "identity_provider_url",
    "identity_provider_issuer",
    "certificates",
    "metadata_url",
    "metadata_signing_certificate",
    "name_id_format",
    "allow_idp_initiated",
    "clock_skew_seconds",
    "attribute_mapping",
    "jit_provisioning",
    "default_role",
    "allow_guest_emails",
    "force_authn",
    "sign_requests",
    "request_binding",
    "metadata_binding",
    "require_signed_response",
    "require_signed_assertion",
    "allow_missing_destination",
    "sha1_exception_until",
    "pending",
)
_NEVER: Final = frozenset({"secret_version"})


def snapshot_organization(organization: Organization) -> Snapshot:
    """Returns a snapshot of an organization."""
    return _snapshot(organization, _ORGANIZATION)


def snapshot_user(user: User) -> Snapshot:
    """Returns a snapshot of a user. Of the password only whether it is set."""
    return _snapshot(user, _USER) | {"has_password": user.password_hash is not None}


def snapshot_policy(policy: LoginPolicy) -> Snapshot:
    """Returns a snapshot of a login policy."""
    return _snapshot(policy, _POLICY)


def snapshot_connection(connection: Connection) -> Snapshot:
    """Returns a snapshot of a connection, with certificates as SHA-256 fingerprints."""
    return _snapshot(connection, _CONNECTION)


def snapshot_setup_link(link: SetupLink) -> Snapshot:
    """Returns a snapshot of a setup link, without its secrets."""
    return _snapshot(link, _SETUP_LINK)


def snapshot_api_key(key: ApiKey) -> Snapshot:
    """Returns a snapshot of an API key, without the key."""
    return _snapshot(key, _API_KEY)


def diff(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Returns the differing fields, before and after."""
    differing = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in differing}, {name: after[name] for name in differing}


def _snapshot(value: object, names: tuple[str, ...]) -> Snapshot:
    return {name: _to_json_value(getattr(value, name)) for name in names}


def _to_json_value(value: Any) -> Any:
    if isinstance(value, CertificateFacts):
        return value.sha256
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_to_json_value(part) for part in value]
    if is_dataclass(value):
        return {f.name: _to_json_value(getattr(value, f.name)) for f in fields(value) if f.name not in _NEVER}
    return value
