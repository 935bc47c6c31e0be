"""A deployment with one customer, and all operations on it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app import app
from chalicelib import container
from chalicelib.aws.transaction import update
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.connections.store import connection_lookup, mark_verified
from chalicelib.errors import Unavailable
from chalicelib.login_policy.model import Mode
from chalicelib.organizations.model import Organization, summary_of
from chalicelib.organizations.store import organization_lookup, put_connection_summary
from chalicelib.passwords.hashing import hash_password
from chalicelib.users.model import Role, User
from chalicelib.users.store import address_lookup, user_key, user_lookup
from tests.faults.backdrop import Backdrop
from tests.support.api import Caller, Reply, key_of
from tests.support.browser import Answer, Browser
from tests.support.deployment import PASSWORD, Deployment, new_deployment
from tests.support.identity_provider import key
from tests.support.round_trip import Idp, identity_provider

UNAVAILABLE: Final = 503
_HASH: Final = hash_password(PASSWORD)
IN_FLIGHT: Final = "idempotency_key_in_flight"


@dataclass
class OperationFixture:
    """Acme with two admins, a member, an active connection, and the company's own key."""

    deployment: Deployment
    idp: Idp
    acme: Organization
    admin: User
    second: User
    member: User
    api: Caller
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def path(self) -> str:
        """Acme in the API."""
        return f"/v1/organizations/{self.acme.id}"

    @property
    def organization(self) -> Organization | None:
        """Acme as it is stored."""
        (found,) = self.deployment.container.table.read(organization_lookup(self.acme.id))
        return found

    @property
    def connection(self) -> Connection | None:
        """Its connection as it is stored."""
        (found,) = self.deployment.container.table.read(connection_lookup(self.idp.connection.id))
        return found

    def reload_user(self, user: User) -> User | None:
        """A user as they are stored."""
        (found,) = self.deployment.container.table.read(user_lookup(self.acme.id, user.id))
        return found

    def has_address(self, email: str) -> bool:
        """True if a user has this address."""
        (entry,) = self.deployment.container.table.read(address_lookup(email))
        return entry is not None

    def restart(self) -> None:
        """A new process."""
        self.deployment.restart()
        container.use(self.deployment.container)

    def call(self, method: str, path: str, body: Any = None) -> Reply:
        """The headers of our own client: the same Idempotency-Key again, and the last seen ETag as If-Match."""
        headers = {"idempotency_key": self.token}
        if method != "POST" and ("/connections/" in path or path.endswith("/login-policy")):
            seen = self.api("GET", path.removesuffix("/pending"))
            if seen.status != 200:
                return seen
            headers["if_match"] = seen.etag
        return self.api(method, path, body, **headers)


@contextmanager
def scene() -> Iterator[OperationFixture]:
    """A new one."""
    before = container._container
    with new_deployment() as deployment:
        container.use(deployment.container)
        try:
            idp = identity_provider(deployment, sign_requests=False)
            acme = idp.organization
            table = deployment.container.table
            table.write(mark_verified(idp.connection, deployment.now))
            table.write(put_connection_summary(acme.id, summary_of(idp.reload_connection())))
            users = deployment.container.users
            admin, second, member = (
                users.create(organization_id=acme.id, email=f"{name}@acme.test", role=role, now=deployment.now)
                for name, role in (("admin", Role.ADMIN), ("second", Role.ADMIN), ("member", Role.MEMBER))
            )
            table.write(update(user_key(acme.id, admin.id), {"password_hash": _HASH}))
            yield OperationFixture(deployment, idp, acme, admin, second, member, key_of(deployment))
        finally:
            container._container = before


@contextmanager
def scenes() -> Iterator[Callable[[], OperationFixture]]:
    """The same scene as often as it is asked for, each time as if nothing had happened."""
    with scene() as first:
        backdrop = Backdrop(first.deployment)

        def anew() -> OperationFixture:
            backdrop.put_back()
            container.use(first.deployment.container)
            return replace(first, idp=replace(first.idp, jar={}), token=secrets.token_hex(8))

        yield anew


@dataclass(frozen=True)
class Operation:
    """An operation that can be repeated.

    Attributes:
        act: one try.
        done: whether it has come about, exactly once.
    """

    act: Callable[[OperationFixture], object]
    done: Callable[[OperationFixture], bool]


def result_of(event: Operation, scene: OperationFixture) -> int | str:
    """How one try ended: a status, or the code of a refusal. 503 has to say when to come again."""
    try:
        answer = event.act(scene)
    except Unavailable as error:
        return UNAVAILABLE if error.retry_after > 0 else "no time to come again"
    status = getattr(answer, "status", 200)
    if status == UNAVAILABLE:
        assert int(answer.headers["Retry-After"]) > 0  # type: ignore[attr-defined]
    if isinstance(answer, Reply) and status >= 400:
        return status if status == UNAVAILABLE else answer.code
    return int(status)


def _by_password(scene: OperationFixture) -> object:
    browser = Browser(app)
    steps: tuple[Callable[[], Answer], ...] = (
        lambda: browser.get("/login/password"),
        lambda: browser.post("/login/password", email="admin@acme.test", password=PASSWORD),
    )
    for step in steps:
        answer = step()
        if answer.status >= 400:
            return answer
    assert "__Host-gatehouse_session" in browser.cookies
    return answer


def _count(scene: OperationFixture, path: str, **wanted: str) -> int:
    data = scene.api("GET", path).json["data"]
    return sum(all(entry[name] == value for name, value in wanted.items()) for entry in data)


def _api(method: str, path: str, body: Any = None) -> Callable[[OperationFixture], object]:
    def act(scene: OperationFixture) -> object:
        names = {"user": scene.member.id, "connection": scene.idp.connection.id}
        return scene.call(method, (scene.path + path).format(**names), body)

    return act


def _member(**values: object) -> Callable[[OperationFixture], bool]:
    def done(scene: OperationFixture) -> bool:
        found = scene.reload_user(scene.member)
        return found is not None and all(getattr(found, name) == value for name, value in values.items())

    return done


def _trusts(*names: str) -> Callable[[OperationFixture], bool]:
    def done(scene: OperationFixture) -> bool:
        found = scene.connection
        wanted = [key(name).certificate.facts.sha256 for name in names]
        return found is not None and [facts.sha256 for facts in found.certificates] == wanted

    return done


def _is(status: ConnectionStatus) -> Callable[[OperationFixture], bool]:
    return lambda scene: scene.connection is not None and scene.connection.status is status


_USER: Final = "/users/{user}"
_CONNECTION: Final = "/connections/{connection}"
_NEW_ORGANIZATION: Final = {"name": "Next", "domains": ["next.test"]}
_PENDING: Final = {"identity_provider_url": "https://next.test/sso"}

OPERATIONS: Final[dict[str, Operation]] = {
    "a member signs in by SSO": Operation(
        lambda scene: scene.idp.sign_in(),
        lambda scene: bool((m := scene.reload_user(scene.member)) and m.last_sign_in_at),
    ),
    "somebody new signs in by SSO": Operation(
        lambda scene: scene.idp.sign_in("new@acme.test"), lambda scene: scene.has_address("new@acme.test")
    ),
    "an admin signs in by password": Operation(
        _by_password, lambda scene: bool((a := scene.reload_user(scene.admin)) and a.last_sign_in_at)
    ),
    "an organization is created": Operation(
        lambda scene: scene.call("POST", "/v1/organizations", _NEW_ORGANIZATION),
        lambda scene: _count(scene, "/v1/organizations", name="Next") == 1,
    ),
    "an organization gets other domains": Operation(
        _api("PATCH", "", {"domains": ["acme.test", "acme.example"]}),
        lambda scene: scene.organization is not None and scene.organization.has_verified("acme.example"),
    ),
    "an organization is deleted": Operation(
        _api("DELETE", ""), lambda scene: scene.api("GET", scene.path).status == 404
    ),
    "a user is created": Operation(
        _api("POST", "/users", {"email": "lee@acme.test", "role": "admin"}),
        lambda scene: _count(scene, f"{scene.path}/users", email="lee@acme.test") == 1,
    ),
    "a user becomes admin": Operation(_api("PATCH", _USER, {"role": "admin"}), _member(role=Role.ADMIN)),
    "a user gets another address": Operation(
        _api("PATCH", _USER, {"email": "lee@acme.test"}),
        lambda scene: scene.has_address("lee@acme.test") and not scene.has_address("member@acme.test"),
    ),
    "a user is removed": Operation(_api("DELETE", _USER), lambda scene: scene.reload_user(scene.member) is None),
    "a user is signed out": Operation(
        _api("POST", f"{_USER}/sign-out"), lambda scene: bool((m := scene.reload_user(scene.member)) and m.epoch)
    ),
    "a connection is created": Operation(
        _api("POST", "/connections", {"name": "Second"}),
        lambda scene: _count(scene, f"{scene.path}/connections", name="Second") == 1,
    ),
    "a certificate is added": Operation(
        _api("PATCH", _CONNECTION, {"x509_certificates": [key("acme").pem, key("other").pem]}), _trusts("acme", "other")
    ),
    "values are proposed": Operation(
        _api("PUT", f"{_CONNECTION}/pending", _PENDING),
        lambda scene: scene.connection is not None and scene.connection.pending is not None,
    ),
    "a connection is switched off": Operation(_api("POST", f"{_CONNECTION}/disable"), _is(ConnectionStatus.DISABLED)),
    "a connection is deleted": Operation(_api("DELETE", _CONNECTION), lambda scene: scene.connection is None),
    "the policy is replaced": Operation(
        _api("PUT", "/login-policy", {"mode": "optional"}),
        lambda scene: scene.organization is not None and scene.organization.policy.mode is Mode.OPTIONAL,
    ),
    "a key is created": Operation(
        lambda scene: scene.call("POST", "/v1/api-keys", {"name": "CI"}),
        lambda scene: _count(scene, "/v1/api-keys", name="CI") == 1,
    ),
    "a setup link is created": Operation(
        _api("POST", "/setup-links", {"connection_id": None}),
        lambda scene: len(scene.api("GET", f"{scene.path}/setup-links").json["data"]) == 1,
    ),
}
