"""The demo identity provider's request handling, without HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from http import HTTPStatus

from ops.local.demo_idp import authn_request, pages
from ops.local.demo_idp.answer import SCENARIOS, Answer, Scenario, Signs, answer_to
from ops.local.demo_idp.authn_request import Question, Unreadable
from ops.local.demo_idp.metadata import metadata
from ops.local.demo_idp.response import encode_response
from ops.local.demo_idp.signing_key import SigningKey

Fields = Mapping[str, str]


class Provider:
    """The identity provider at `base_url`, which is no other site's: browsers treat its answers as cross-site."""

    def __init__(self, base_url: str, key: SigningKey) -> None:
        self._key = key
        self.sso_url = f"{base_url}/sso"
        self.metadata_url = f"{base_url}/metadata"
        self.entity_id = self.metadata_url

    @cached_property
    def _untrusted_key(self) -> SigningKey:
        return SigningKey.new("Nobody")

    def metadata(self) -> bytes:
        """For import by a service provider."""
        return metadata(self.entity_id, self.sso_url, self._key)

    def home(self) -> pages.Page:
        """The start page: the values to copy, and an IdP-initiated sign-in."""
        return pages.render(
            "home.html",
            sso_url=self.sso_url,
            entity_id=self.entity_id,
            metadata_url=self.metadata_url,
            certificate=self._key.certificate_pem,
            scenarios=SCENARIOS.values(),
        )

    def choose(self, fields: Fields, *, posted: bool) -> pages.Page:
        """Who do you want to be? The answer to an AuthnRequest in either binding.

        Raises:
            Unreadable: there is no question that may be answered.
        """
        read = authn_request.from_post if posted else authn_request.from_redirect
        question = read(fields.get("SAMLRequest", ""))
        return pages.render(
            "choose.html",
            question=question,
            relay_state=fields.get("RelayState", ""),
            scenarios=SCENARIOS.values(),
        )

    def respond(self, fields: Fields, now: datetime) -> pages.Page:
        """A page that posts the chosen answer on.

        Raises:
            Unreadable: a field is missing or the address isn't on this machine.
        """
        answer = self._answer(fields, now)
        return pages.render(
            "respond.html",
            acs_url=answer.destination,
            email=answer.email,
            response=encode_response(answer, self._key, self._untrusted_key),
            relay_state=fields.get("RelayState", ""),
            nonce=secrets.token_urlsafe(16),
        )

    def _answer(self, fields: Fields, now: datetime) -> Answer:
        email = fields.get("user", "").strip()
        if "@" not in email:
            raise Unreadable("Say who signs in, by e-mail address.")
        question = Question(
            acs_url=authn_request.require_local_acs_url(fields.get("acs_url", "")),
            sp_entity_id=fields.get("sp_entity_id", ""),
            request_id=fields.get("request_id") or None,
            name_id_format=fields.get("name_id_format", ""),
        )
        answer = replace(
            answer_to(question, issuer=self.entity_id, email=email, now=now), signs=_find_signs(fields.get("signs"))
        )
        return _find_scenario(fields.get("scenario")).change(answer)


def problem(error: Unreadable, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> pages.Page:
    """The page that says why there is no answer."""
    return pages.render("problem.html", status, sentence=str(error))


def _find_signs(name: str | None) -> Signs:
    try:
        return Signs(name or Signs.ASSERTION)
    except ValueError as error:
        raise Unreadable(f"'signs' is one of: {', '.join(Signs)}.") from error


def _find_scenario(name: str | None) -> Scenario:
    try:
        return SCENARIOS[name or "correct"]
    except KeyError as error:
        raise Unreadable(f"'scenario' is one of: {', '.join(SCENARIOS)}.") from error
