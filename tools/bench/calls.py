"""Counts the AWS calls of each journey with botocore's events, over the whole HTTP request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from app import app
from chalicelib import container
from chalicelib.http.cookies import session_cookie_name
from tests.support.deployment import Deployment, new_deployment
from tests.support.identity_provider import Description, send
from tests.support.round_trip import Idp, identity_provider

NEW_PROCESS: Final = "new process"
WARM: Final = "warm Lambda"
CACHED: Final = "warm caches"
STATES: Final = (NEW_PROCESS, WARM, CACHED)
"""Nothing loaded yet · our keys and this connection's certificates loaded · the connection itself too, 30 s at most."""

Calls = tuple[str, ...]
_JUST_FORGOTTEN: Final = 31


@dataclass(frozen=True, slots=True)
class Journeys:
    """An organization with a proven connection, one user, and the application around them."""

    deployment: Deployment
    idp: Idp
    key: str

    def login(self) -> HTTPResponse:
        """Sign-in starts."""
        return _send("GET", f"/saml/{self.idp.connection.id}/login?return_to=/deep")

    def session(self) -> Callable[[], HTTPResponse]:
        """A page requests the session of a user who has just signed in."""
        signed_in = self.idp.sign_in().session
        cookie = f"{session_cookie_name(self.deployment.container.settings)}={signed_in.cookie}"
        return lambda: _send("GET", "/v1/session", {"Cookie": cookie})

    def policy_check(self) -> HTTPResponse:
        """Another server requests a user's sign-in methods."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        return _send("POST", "/v1/login-policy/check", headers, json.dumps({"email": "member@acme.test"}).encode())

    def answer(self, change: Callable[[Description], Description] = lambda said: said) -> Callable[[], HTTPResponse]:
        """Starts a request and returns the identity provider's response, ready to be posted."""
        start = self.idp.start()
        sent = send(change(self.idp.says(start)))
        fields = urlencode({"SAMLResponse": sent, "RelayState": start.relay_state}).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self.idp.jar.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, "Accept": "text/html"}
        return lambda: _send("POST", f"/saml/{self.idp.connection.id}/acs", headers, fields)

    def count_calls(self, state: str, prepare: Callable[[], Callable[[], HTTPResponse]], status: int) -> Calls:
        """Counts the calls of the second of two equal requests in this state.

        Raises:
            ValueError: the request was answered otherwise than with `status`.
        """
        _require(prepare()(), status)
        request = prepare()
        if state == NEW_PROCESS:
            self.deployment.restart()
        elif state == WARM:
            self.deployment.later(seconds=_JUST_FORGOTTEN)
        container.use(self.deployment.container)
        before = len(self.deployment.calls)
        _require(request(), status)
        return tuple(self.deployment.calls[before:])


def journeys() -> Mapping[str, Callable[[Journeys, str], Calls]]:
    """By name; each is counted in a deployment of its own."""
    return {
        "login start": lambda at, state: at.count_calls(state, lambda: at.login, 303),
        "ACS, known user": lambda at, state: at.count_calls(state, at.answer, 303),
        "ACS, new user": lambda at, state: at.count_calls(state, lambda: at.answer(_by_new_user()), 303),
        "ACS, refused": lambda at, state: at.count_calls(state, lambda: at.answer(_for_others), 403),
        "a call with a session": lambda at, state: at.count_calls(state, at.session, 200),
        "policy check": lambda at, state: at.count_calls(state, lambda: at.policy_check, 200),
    }


def calls_of(journey: str, state: str) -> Calls:
    """The operations that one journey calls in one state."""
    with new_deployment() as deployment:
        idp = identity_provider(deployment, proven=True)
        deployment.user(idp.organization, "member@acme.test")
        container.use(deployment.container)
        _, key = deployment.container.api_keys.create(name="benchmark", now=deployment.now)
        return journeys()[journey](Journeys(deployment, idp, key), state)


def table() -> list[str]:
    """Returns rows of Markdown."""
    lines = [f"| calls to AWS | {' | '.join(STATES)} |", "|---|" + "---|" * len(STATES)]
    for journey in journeys():
        counted = [calls_of(journey, state) for state in STATES]
        lines.append(f"| {journey} | " + " | ".join(map(_format_calls, counted)) + " |")
    return lines


_numbers = iter(range(1_000_000))


def _by_new_user() -> Callable[[Description], Description]:
    email = f"new-{next(_numbers)}@acme.test"

    def change(said: Description) -> Description:
        attributes = tuple(replace(attribute, values=(email,)) for attribute in said.attributes)
        subject = None if said.subject is None else replace(said.subject, value=email)
        return replace(said, subject=subject, attributes=attributes)

    return change


def _for_others(said: Description) -> Description:
    return replace(said, assertion_issuer="https://others.test")


def _send(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> HTTPResponse:
    with Client(app) as client:
        return client.http.request(method, path, headers=dict(headers or {}), body=body)


def _require(answer: Any, status: int) -> None:
    if answer.status_code != status:
        raise ValueError(f"{answer.status_code} instead of {status}: {answer.body[:300]!r}")


def _format_calls(calls: Calls) -> str:
    return f"{len(calls)} ({', '.join(calls)})" if calls else "0"
