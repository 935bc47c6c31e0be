"""Native modules: stripped without harm, and loadable in Lambda."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import xmlsec
from lxml import etree

from ops.package import native_module
from ops.package.failure import PackagingError

_RUNTIME = "python3.11"


@pytest.fixture
def modules(tmp_path: Path) -> tuple[Path, Path]:
    """Copies of lxml's parser and of xmlsec."""
    copies = tmp_path / "etree.so", tmp_path / "xmlsec.so"
    for module, copy in zip((etree, xmlsec), copies, strict=True):
        shutil.copyfile(str(module.__file__), copy)
    return copies


def test_what_we_depend_on_fits_the_runtime(modules: tuple[Path, Path]) -> None:
    native_module.check(modules, "x86_64", _RUNTIME)


def test_a_module_for_another_machine_is_refused(modules: tuple[Path, Path]) -> None:
    with pytest.raises(PackagingError, match="another machine"):
        native_module.check(modules, "arm64", _RUNTIME)


def test_two_versions_of_libxml2_are_refused(modules: tuple[Path, Path]) -> None:
    """Each brings its own; documents that go from one to the other crash where their structures differ."""
    major, minor, patch = etree.LIBXML_VERSION
    built_with = f"\0{major}{minor:02}{patch:02}\0".encode()
    octets = modules[1].read_bytes()
    assert built_with in octets
    modules[1].write_bytes(octets.replace(built_with, b"\x0021000\x00"))
    with pytest.raises(PackagingError, match="same libxml2"):
        native_module.check(modules, "x86_64", _RUNTIME)
    with pytest.raises(PackagingError, match="same libxml2"):
        native_module.check(modules[:1], "x86_64", _RUNTIME)


def test_a_module_that_wants_a_newer_glibc_is_refused(modules: tuple[Path, Path]) -> None:
    octets = re.sub(rb"\0GLIBC_2\.14\0", b"\0GLIBC_2.99\0", modules[0].read_bytes())
    modules[0].write_bytes(octets)
    with pytest.raises(PackagingError, match=r"glibc \(2, 99\)"):
        native_module.check(modules, "x86_64", _RUNTIME)


def test_symbols_for_debuggers_are_taken_out(modules: tuple[Path, Path]) -> None:
    tool = native_module.strip_tool("x86_64")
    assert tool is not None
    before = modules[1].stat().st_size
    native_module.strip(modules, tool)
    assert modules[1].stat().st_size < before
    native_module.check(modules, "x86_64", _RUNTIME)


def test_a_tool_that_moves_what_is_loaded_is_found_out(modules: tuple[Path, Path], tmp_path: Path) -> None:
    tool = tmp_path / "strip"
    tool.write_text('#!/bin/sh\nprintf "\\001" | dd of="$2" bs=1 seek=80 conv=notrunc 2>/dev/null\n')
    tool.chmod(0o755)
    with pytest.raises(PackagingError, match="would map it otherwise"):
        native_module.strip(modules[:1], str(tool))


def test_what_is_not_a_module_for_lambda_is_refused(tmp_path: Path) -> None:
    (tmp_path / "module.so").write_bytes(b"MZ" + bytes(100))
    with pytest.raises(PackagingError, match="no ELF file"):
        native_module.strip([tmp_path / "module.so"], "true")
