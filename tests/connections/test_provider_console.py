from __future__ import annotations

import pytest

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_console import FROM_MEMORY, PLACES, ConsolePlace

NAMED = [provider for provider in Provider if provider is not Provider.OTHER]


def test_every_provider_but_other_has_places() -> None:
    assert PLACES.keys() == set(NAMED)
    assert PLACES.keys() >= FROM_MEMORY


@pytest.mark.parametrize("provider", NAMED)
def test_every_place_is_known_in_every_console_but_the_clock_of_a_service(provider: Provider) -> None:
    assert set(ConsolePlace) - PLACES[provider].keys() <= {ConsolePlace.CLOCK}


@pytest.mark.parametrize("provider", NAMED)
def test_a_place_holds_no_placeholder_but_the_application(provider: Provider) -> None:
    for where in PLACES[provider].values():
        assert where.replace("{app}", "").count("{") == 0
