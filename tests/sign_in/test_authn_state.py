from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest

from chalicelib.identifier import new_id
from chalicelib.sign_in.authn_state import (
    MAX_RELAY_STATE_LENGTH,
    REQUEST_LIFETIME,
    PendingRequest,
    RequestPurpose,
    new_request,
    number_in,
    relay_state,
    sign_request,
    verify_request,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
CONNECTION, OTHER_CONNECTION = new_id("conn", now=NOW), new_id("conn", now=NOW)


def made(return_path: str = "/reports?year=2026", **values: bool | RequestPurpose) -> PendingRequest:
    return new_request(CONNECTION, 7, return_path, NOW, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("purpose", list(RequestPurpose))
@pytest.mark.parametrize("converted", [False, True])
def test_a_sealed_request_comes_back_as_it_was(purpose: RequestPurpose, *, converted: bool) -> None:
    request = made(purpose=purpose, converted=converted)
    assert verify_request(sign_request(request, KEY), request.flow_id, CONNECTION, [KEY]) == request


def test_a_request_can_be_answered_for_ten_minutes() -> None:
    assert made().expires_at == NOW + timedelta(minutes=10) == NOW + REQUEST_LIFETIME


@pytest.mark.parametrize("path", ["/", "/" + "a" * 511, "/" + "ü" * 255, '/;,"= ', "/\U0001f600"])
def test_any_return_path_fits_a_cookie_of_700_bytes(path: str) -> None:
    request = made(path)
    sealed = sign_request(request, KEY)
    assert len(sealed) < 700
    assert not set(sealed) & set(' ",;\\\r\n')
    restored = verify_request(sealed, request.flow_id, CONNECTION, [KEY])
    assert restored is not None
    assert restored.return_path == path


def test_a_cookie_jar_reads_the_sealed_request_unchanged() -> None:
    request = made("/" + "".join(chr(c) for c in range(0x20, 0x7F)))
    sealed = sign_request(request, KEY)
    assert SimpleCookie(f"__Host-gh_{request.flow_id}={sealed}")[f"__Host-gh_{request.flow_id}"].value == sealed


def test_no_character_of_a_sealed_request_can_be_changed() -> None:
    request = made()
    sealed = sign_request(request, KEY)
    for place, character in enumerate(sealed):
        changed = sealed[:place] + ("0" if character != "0" else "1") + sealed[place + 1 :]
        assert verify_request(changed, request.flow_id, CONNECTION, [KEY]) is None


@pytest.mark.parametrize("text", ["", "0", "é", "~" * 20, "\x00", "a" * 5000, "!" * 35])
def test_made_up_cookies_are_nothing(text: str) -> None:
    assert verify_request(text, made().flow_id, CONNECTION, [KEY]) is None


def test_a_sealed_request_counts_for_its_own_connection_number_and_key_only() -> None:
    request = made()
    sealed = sign_request(request, KEY)
    assert verify_request(sealed, request.flow_id, OTHER_CONNECTION, [KEY]) is None
    assert verify_request(sealed, made().flow_id, CONNECTION, [KEY]) is None
    assert verify_request(sealed, request.flow_id, CONNECTION, [OTHER_KEY]) is None


def test_requests_sealed_before_a_key_rotation_are_still_read() -> None:
    request = made()
    assert verify_request(sign_request(request, KEY), request.flow_id, CONNECTION, [OTHER_KEY, KEY]) == request
    assert number_in(relay_state(request, KEY), CONNECTION, [OTHER_KEY, KEY]) == request.flow_id


def test_the_relay_state_is_short_opaque_and_ours() -> None:
    request = made("/secret-path")
    state = relay_state(request, KEY)
    assert len(state.encode()) <= MAX_RELAY_STATE_LENGTH
    assert "secret-path" not in state
    assert number_in(state, CONNECTION, [KEY]) == request.flow_id


@pytest.mark.parametrize("text", ["", "/", "https://evil.example", "x.y", "." * 80, f"{'0' * 32}.{'é' * 24}"])
def test_a_foreign_relay_state_names_no_request(text: str) -> None:
    assert number_in(text, CONNECTION, [KEY]) is None


def test_a_relay_state_counts_for_its_own_connection_only() -> None:
    assert number_in(relay_state(made(), KEY), OTHER_CONNECTION, [KEY]) is None


def test_the_request_id_is_an_xml_name_that_does_not_start_with_a_digit() -> None:
    request = made()
    assert request.id == "_" + request.attempt_id.removeprefix("att_")
    assert len(request.id) == 33


def test_a_request_that_may_prove_nothing_comes_back_as_one() -> None:
    request = new_request(CONNECTION, 7, "/", NOW, purpose=RequestPurpose.TEST, may_prove=False)
    restored = verify_request(sign_request(request, KEY), request.flow_id, CONNECTION, [KEY])
    assert restored == request
    assert not request.may_prove


def test_a_request_goes_on_with_the_attempt_that_it_is_given() -> None:
    attempt_id = new_id("att", now=NOW)
    assert new_request(CONNECTION, 7, "/", NOW, attempt_id=attempt_id).attempt_id == attempt_id


def test_a_request_expires_at_a_whole_second_that_a_cookie_can_hold() -> None:
    request = new_request(CONNECTION, 7, "/", NOW + timedelta(microseconds=999_999))
    assert request.expires_at == NOW + REQUEST_LIFETIME
    assert verify_request(sign_request(request, KEY), request.flow_id, CONNECTION, [KEY]) == request


def test_a_relay_state_is_a_number_a_dot_and_24_characters() -> None:
    number, dot, mac = relay_state(made(), KEY).partition(".")
    assert (len(number), dot, len(mac)) == (32, ".", 24)


def test_a_number_alone_is_not_a_relay_state_whatever_its_mac_would_be() -> None:
    with_empty_mac = made().flow_id
    assert number_in(with_empty_mac, CONNECTION, [KEY]) is None


def test_a_number_of_another_shape_is_none_even_under_a_good_mac() -> None:
    request = PendingRequest("att_short", CONNECTION, "/", NOW, 1)
    assert number_in(relay_state(request, KEY), CONNECTION, [KEY]) is None


def test_the_claimed_address_comes_back_beside_the_return_path() -> None:
    request = new_request(CONNECTION, 7, "/ü?a=1", NOW, claimed_email="ada@acme.test")
    restored = verify_request(sign_request(request, KEY), request.flow_id, CONNECTION, [KEY])
    assert restored == request
    assert (restored.claimed_email, restored.return_path) == ("ada@acme.test", "/ü?a=1")


def test_an_ordinary_claimed_address_costs_a_cookie_40_bytes_and_the_longest_320() -> None:
    longest = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.test"
    plain, ordinary, long = (
        len(sign_request(new_request(CONNECTION, 7, "/" + "a" * 511, NOW, claimed_email=email), KEY))
        for email in (None, "ada.lovelace@engineering.test", longest[:254])
    )
    assert ordinary - plain <= 40
    assert long - plain <= 320
    assert long <= 990


def test_a_claimed_address_can_not_be_moved_into_the_return_path() -> None:
    request = new_request(CONNECTION, 7, "/", NOW, claimed_email="ada@acme.test")
    sealed = sign_request(request, KEY)
    for place, character in enumerate(sealed):
        changed = sealed[:place] + ("0" if character != "0" else "1") + sealed[place + 1 :]
        assert verify_request(changed, request.flow_id, CONNECTION, [KEY]) is None
