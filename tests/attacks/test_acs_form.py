"""Forms posted to the ACS: ambiguous fields, and connections that are not active."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.aws.transaction import update
from chalicelib.connections.store import connection_key
from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.pages import _form
from tests.support.deployment import new_deployment
from tests.support.round_trip import Idp, identity_provider


def _store(idp: Idp, **values: Any) -> None:
    """Changes the connection as another process would, longer ago than this one remembers connections."""
    version = idp.connection.version + 1
    idp.deployment.container.table.write(update(connection_key(idp.connection.id), {**values, "version": version}))
    idp.deployment.clock[0] += timedelta(seconds=31)


def fields(body: str) -> dict[str, str]:
    request: Any = SimpleNamespace(raw_body=body.encode())
    return _form(request, 1_000)


@pytest.mark.parametrize(
    "body",
    [
        "SAMLResponse=a&SAMLResponse=b",
        "SAMLResponse=a&SAMLResponse=a",
        "SAMLResponse=a&%53AMLResponse=b",
        "%53AMLResponse=a&SAMLResponse=b",
        "SAMLResponse=a&SAMLRespons%65=b",
        "%53%41%4d%4c%52%65%73%70%6f%6e%73%65=a&SAMLResponse=b",
        "SAMLResponse=a&SAMLResponse",
        "SAMLResponse=a&SAMLResponse=",
    ],
)
def test_cve_2026_117691_a_response_that_comes_twice_is_none_however_its_name_is_written(body: str) -> None:
    assert "SAMLResponse" not in fields(f"{body}&RelayState=r")
    assert fields(f"{body}&RelayState=r") == {"RelayState": "r"}


@pytest.mark.parametrize("body", ["samlresponse=a", "SAMLResponse%00=a", "SAMLResponse+=a", "x%26SAMLResponse=a"])
def test_a_field_of_another_name_is_not_a_response(body: str) -> None:
    assert "SAMLResponse" not in fields(body)


def test_a_name_in_percent_signs_is_the_name_that_it_spells() -> None:
    assert fields("%53AMLResponse=a") == {"SAMLResponse": "a"}


@pytest.mark.parametrize("solicited", [True, False])
def test_cve_2026_3047_a_disabled_connection_refuses_sign_ins(solicited: bool) -> None:
    with new_deployment() as deployment:
        idp = identity_provider(deployment, proven=True, allow_idp_initiated=True)
        start = idp.start() if solicited else None
        _store(idp, disabled=True)
        with pytest.raises(SignInRefused) as refused:
            idp.post(idp.says(start), start.relay_state if start else None)
        assert refused.value.reason is RefusalCode.CONNECTION_DISABLED


@pytest.mark.parametrize("solicited", [True, False])
def test_cve_2026_28323_a_connection_without_its_certificates_refuses_sign_ins(solicited: bool) -> None:
    with new_deployment() as deployment:
        idp = identity_provider(deployment, allow_idp_initiated=True)
        start = idp.start() if solicited else None
        _store(idp, certificates=[])
        for said in (idp.says(start), idp.says(start, sign_assertion=None)):
            with pytest.raises(SignInRefused) as refused:
                idp.post(said, start.relay_state if start else None)
            assert refused.value.reason is RefusalCode.CONNECTION_NOT_CONFIGURED
