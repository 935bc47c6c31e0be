from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ops.cli.import_export.export_file import ExportWriter, open_export


def _file(folder: Path) -> Path:
    path = folder / "export"
    with ExportWriter(path, {"stage": "prod"}) as writer:
        writer.add({"record": "user", "id": "a"})
        writer.add({"record": "user", "id": "ü\u2028"})
        writer.finish()
    return path


def test_what_was_written_is_read_again_one_at_a_time(tmp_path: Path) -> None:
    with _file(tmp_path).open("rb") as file:
        reader = open_export(file)
        assert reader.header["stage"] == "prod"
        assert [(number, line["id"]) for number, line in reader.records()] == [(2, "a"), (3, "ü\u2028")]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"id":"a"', b'"id":"b"', "changed"),
        (b'"user":2', b'"user":3', "changed"),
        (b'"stage":"prod"', b'"stage":"test"', "changed"),
        (b'{"record":"user","id":"a"}\n', b"", "changed"),
        (b"gatehouse-export", b"something-else!!", "no export"),
        (b'"version":1', b'"version":2', "version 2"),
        (b'{"record":"user","id":"a"}', b'{"record":"us', "can't be read"),
        (b'{"record":"user","id":"a"}', b"[1]", "no record"),
    ],
)
def test_a_file_that_was_changed_gives_nothing(old: bytes, new: bytes, reason: str, tmp_path: Path) -> None:
    octets = _file(tmp_path).read_bytes()
    assert old in octets
    with pytest.raises(ValueError, match=reason):
        open_export(io.BytesIO(octets.replace(old, new)))


def test_a_file_that_is_cut_off_anywhere_gives_nothing(tmp_path: Path) -> None:
    octets = _file(tmp_path).read_bytes()
    for length in range(len(octets) - 1):
        with pytest.raises(ValueError, match=r"cut off|no export|can't be read"):
            open_export(io.BytesIO(octets[:length]))


def test_nothing_follows_the_end(tmp_path: Path) -> None:
    octets = _file(tmp_path).read_bytes()
    with pytest.raises(ValueError, match="follows"):
        open_export(io.BytesIO(octets + json.dumps({"record": "user"}).encode()))


def test_a_line_without_end_is_not_read_into_memory() -> None:
    with pytest.raises(ValueError, match="too long"):
        open_export(io.BytesIO(b"x" * 2_000_100))


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text("precious")
    with pytest.raises(ValueError, match="there already"), ExportWriter(path, {}):
        pass
    assert path.read_text() == "precious"


def test_a_file_that_was_not_finished_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "export"
    with pytest.raises(ZeroDivisionError), ExportWriter(path, {}):
        raise ZeroDivisionError
    assert not path.exists()
