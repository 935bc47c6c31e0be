from __future__ import annotations

import base64
import zlib

import pytest

from chalicelib.sign_in.misdirected_message import misdirected

P = 'xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"'


def plain(xml: str) -> str:
    return base64.b64encode(xml.encode()).decode()


def deflated(xml: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(xml.encode()) + packer.flush()).decode()


@pytest.mark.parametrize("wrapped", [plain, deflated])
@pytest.mark.parametrize(
    "before", ["", "\ufeff", '<?xml version="1.0"?>\n', "<!-- <Response> -->", "<?a?><!--b-->\n<?c?>"]
)
@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("LogoutResponse", "SAMLResponse", "acs_got_logout"),
        ("LogoutRequest", "SAMLRequest", "acs_got_logout"),
        ("LogoutRequest", "SAMLResponse", "acs_got_logout"),
        ("AuthnRequest", "SAMLRequest", "acs_got_request"),
        ("AuthnRequest", "SAMLResponse", "acs_got_request"),
        ("ArtifactResponse", "SAMLResponse", "acs_got_artifact"),
        ("Response", "SAMLResponse", None),
        ("LogoutResponses", "SAMLResponse", None),
    ],
)
def test_a_message_is_identified_by_its_first_element(
    wrapped: object, before: str, name: str, field: str, expected: str | None
) -> None:
    assert callable(wrapped)
    for xml in (f'<p:{name} {P} ID="_1"/>', f"<{name}/>", f"<{name}>", f"<p:{name}\n{P}/>"):
        assert misdirected({field: wrapped(before + xml)}) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"RelayState": "x"}, None),
        ({"SAMLart": "AAQA"}, "acs_got_artifact"),
        ({"SAMLart": "AAQA", "SAMLResponse": "x"}, None),
        ({"SAMLRequest": "nonsense"}, "acs_got_request"),
    ],
)
def test_a_field_alone_says_something_too(fields: dict[str, str], expected: str | None) -> None:
    assert misdirected(fields) == expected


@pytest.mark.parametrize(
    "value", ["", "%", "é", "<", "A" * 300_000, plain("<"), plain("<?"), plain("<!--"), plain("x")]
)
def test_what_can_not_be_told_is_left_to_the_verifier(value: str) -> None:
    assert misdirected({"SAMLResponse": value}) is None


def test_a_response_that_holds_a_logout_message_is_a_response() -> None:
    assert misdirected({"SAMLResponse": plain(f"<p:Response {P}><p:LogoutResponse/></p:Response>")}) is None


def test_what_inflates_without_end_is_read_at_its_beginning_only() -> None:
    bomb = deflated("<p:LogoutRequest" + " " * 50_000_000)
    assert misdirected({"SAMLRequest": bomb}) == "acs_got_logout"
    assert misdirected({"SAMLResponse": deflated("<" + "a" * 5_000_000)}) is None
