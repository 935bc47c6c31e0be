from __future__ import annotations

import pytest

from tools.ci.licences import foreign_licences


@pytest.mark.parametrize("text", ["MIT", "Apache-2.0 OR BSD-3-Clause", "MIT AND PSF-2.0", "MIT License; BSD License"])
def test_licences_that_go_with_ours_pass(text: str) -> None:
    assert not foreign_licences(text)


@pytest.mark.parametrize("text", ["GPL-3.0-only", "MIT AND GPL-3.0-only", "UNKNOWN", "MIT License; AGPL-3.0", ""])
def test_any_other_licence_is_named(text: str) -> None:
    assert foreign_licences(text)
