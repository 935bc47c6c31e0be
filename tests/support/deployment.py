"""A whole deployment in the test's process: AWS embedded, our own keys, and organizations to try things on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.model import OperationModel
from moto import mock_aws
from moto.backends import get_backend

from chalicelib.connections.model import Connection
from chalicelib.connections.store import create_connection
from chalicelib.container import Container
from chalicelib.identifier import new_id
from chalicelib.organizations.domain_store import claim_domain
from chalicelib.organizations.model import Domain, Organization, Plan, summary_of
from chalicelib.organizations.store import create_organization, put_connection_summary
from chalicelib.passwords.hashing import hash_password
from chalicelib.saml.certificate import CertificateFacts
from chalicelib.saml.key_pair import KeyPair
from chalicelib.settings import Settings
from chalicelib.signing_keys.model import DeploymentKeys, KeySet
from chalicelib.signing_keys.secrets import format_keys
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import create_user, user_lookup
from ops.local.moto_patches import patch_moto
from ops.table import create_table

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_HASH = hash_password(PASSWORD)


@dataclass
class Deployment:
    """A container over embedded AWS, whose clock stands still until a test moves it.

    Attributes:
        calls: the operation of every call to AWS so far, by botocore's own events.
    """

    container: Container
    clock: list[datetime] = field(default_factory=lambda: [NOW])
    calls: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The deployment's time."""
        return self.clock[0]

    def restart(self) -> None:
        """A new process: nothing that was remembered is left."""
        self.container = _container(self.container.settings, self.clock)

    def later(self, **span: float) -> None:
        """Move the clock, `later(minutes=5)`."""
        self.clock[0] += timedelta(**span)

    def organization(
        self, domain: str | None = "acme.test", plan: Plan = Plan.ENTERPRISE, **values: Any
    ) -> Organization:
        """An organization, with a verified domain unless None is given."""
        domains = (Domain(domain, verified=True),) if domain else ()
        made = Organization(
            id=new_id("org", now=self.now),
            name="Acme",
            plan=plan,
            created_at=self.now,
            updated_at=self.now,
            domains=domains,
        )
        made = replace(made, **values)
        claims = [claim_domain(d.domain, made.id, others_may_use_it=False) for d in domains]
        self.container.table.write(create_organization(made), *claims)
        return made

    def user(self, organization: Organization, email: str, role: Role = Role.MEMBER, **values: Any) -> User:
        """A user whose password is `PASSWORD`."""
        made = User(
            id=new_id("usr", now=self.now),
            organization_id=organization.id,
            email=email,
            role=role,
            status=UserStatus.ACTIVE,
            created_at=self.now,
            password_hash=_HASH,
        )
        made = replace(made, **values)
        self.container.table.write(*create_user(made))
        return made

    def connection(self, organization: Organization, *, proven: bool = True, **values: Any) -> Connection:
        """A complete connection of this organization."""
        facts = CertificateFacts(
            sha256=secrets.token_hex(32),
            subject="CN=idp.acme.test",
            issuer="CN=idp.acme.test",
            not_before=self.now - timedelta(days=100),
            not_after=self.now + timedelta(days=1000),
            key="RSA 2048",
        )
        made = Connection(
            id=new_id("conn", now=self.now),
            organization_id=organization.id,
            created_at=self.now,
            updated_at=self.now,
            identity_provider_url="https://idp.acme.test/sso",
            identity_provider_issuer="https://idp.acme.test/metadata",
            certificates=(facts,),
            proven=proven,
        )
        made = replace(made, **values)
        self.container.table.write(create_connection(made), put_connection_summary(organization.id, summary_of(made)))
        return made

    def reload_user(self, user: User) -> User:
        """The user as the store has them now."""
        (found,) = self.container.table.read(user_lookup(user.organization_id, user.id))
        assert found is not None
        return found


@cache
def _aws() -> tuple[Any, Any]:
    """Clients of embedded AWS: making one costs more than most tests do, so they last as long as the process."""
    mock_aws().start()
    patch_moto()
    return boto3.client("dynamodb", region_name="eu-west-1"), boto3.client("secretsmanager", region_name="eu-west-1")


def _forget_secrets(settings: Settings) -> None:
    """Each that is left makes every later look-up slower: moto searches through all."""
    kept = get_backend("secretsmanager")["123456789012"]["eu-west-1"].secrets
    for name in [name for name in kept if str(name).startswith(f"{settings.secret_prefix}/")]:
        del kept[name]


def _container(settings: Settings, clock: list[datetime]) -> Container:
    table, vault = _aws()
    return Container(settings, lambda: table, lambda: vault, lambda: clock[0])


@contextmanager
def new_deployment(*, base_url: str = "https://sso.example.test/api", **settings: Any) -> Iterator[Deployment]:
    """A deployment with a table and secrets of its own."""
    clock, calls = [NOW], list[str]()
    table, vault = _aws()
    made = Settings(base_url=base_url, stage=secrets.token_hex(8), **settings)
    create_table(table, made.table_name)

    def count(model: OperationModel, **_: Any) -> None:
        calls.append(model.name)

    for client in (table, vault):
        client.meta.events.register("before-call", count)
    try:
        container = _container(made, clock)
        pair, octets = KeySet(KeyPair(b"", b"")), KeySet(secrets.token_bytes(32))
        first = format_keys(DeploymentKeys(octets, pair, pair, octets))
        vault.create_secret(Name=made.keys_secret, SecretString=first)
        yield Deployment(container, clock, calls)
    finally:
        for client in (table, vault):
            client.meta.events.unregister("before-call", count)
        table.delete_table(TableName=made.table_name)
        _forget_secrets(made)
