"""`make run` from its command line."""

from __future__ import annotations

import sys

import pytest

from ops.local import __main__ as local_run


@pytest.mark.parametrize("port", ["0", "-1", "65535", "99999", "abc"])
def test_a_port_that_cannot_be_listened_on_is_reported_in_one_line(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ops.local", "--port", port])
    with pytest.raises(SystemExit) as ended:
        local_run.main()
    assert ended.value.code == 2
    assert "argument --port: " in capsys.readouterr().err
