from __future__ import annotations

import pytest

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_guides import ProviderGuide, guides


def test_every_provider_has_a_guide() -> None:
    assert set(guides()) == set(Provider)


@pytest.mark.parametrize("guide", guides().values(), ids=list(guides()))
def test_a_guide_says_where_to_click(guide: ProviderGuide) -> None:
    assert len(guide.steps) >= 3


def test_what_was_only_remembered_says_so() -> None:
    assert not guides()[Provider.AUTH0].is_checked
    assert not guides()[Provider.AUTH0].issuer.is_checked
    assert guides()[Provider.OKTA].is_checked


@pytest.mark.parametrize("guide", guides().values(), ids=list(guides()))
def test_a_tile_fits_its_mark(guide: ProviderGuide) -> None:
    assert 1 <= len(guide.mark) <= 3
