"""Parses forms with files (multipart/form-data, RFC 7578) strictly and byte-exact."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from chalicelib.errors import Invalid, WrongContentType
from chalicelib.http.framework import Request
from chalicelib.http.requests import MULTIPART
from chalicelib.i18n.message import message

MAX_BODY_LENGTH: Final = 1_200_000  # bytes: a megabyte of metadata, and the fields around it
_MAX_PARTS: Final = 64
_MAX_HEADER_LENGTH: Final = 2_000
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
"""RFC 2046 section 5.1.1."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """An uploaded file. The name is from the browser; use it for display only."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FormWithFiles:
    """The submitted form.

    Attributes:
        fields: every value of each field, in the order of the form.
        files: of the file inputs with a chosen file.
    """

    fields: dict[str, list[str]]
    files: dict[str, UploadedFile]


def form_with_files(request: Request) -> FormWithFiles:
    """Parses the submitted form. Check its CSRF token (`BrowserSession.knows`) before using it.

    Raises:
        WrongContentType: the body isn't multipart/form-data.
        Invalid: `body_too_large`, or `unreadable_form`.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != MULTIPART:
        raise WrongContentType("unsupported_media_type", message("problem.unsupported_media_type.form", type=MULTIPART))
    raw = request.raw_body
    body = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    if len(body) > MAX_BODY_LENGTH:
        raise Invalid("body_too_large", message("problem.body_too_large.form", most=MAX_BODY_LENGTH))
    boundary = options.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise _unreadable()
    try:
        return _parse(body, boundary.encode())
    except (MultipartError, UnicodeDecodeError) as error:
        raise _unreadable() from error


def _parse(body: bytes, boundary: bytes) -> FormWithFiles:
    delimiter = b"--" + boundary
    # The parser ignores text before and after the form, which no browser sends.
    if not body.startswith(delimiter) or not body.rstrip().endswith(delimiter + b"--"):
        raise _unreadable()
    form, segment, content = FormWithFiles({}, {}), None, b""
    parser = PushMultipartParser(
        boundary, max_header_size=_MAX_HEADER_LENGTH, max_segment_count=_MAX_PARTS, strict=True
    )
    with parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                segment, content = event, b""
            elif event:
                content += event
            elif segment is not None:
                _add(form, segment, content)
    return form


def _add(form: FormWithFiles, segment: MultipartSegment, content: bytes) -> None:
    name, file_name = segment.name, segment.filename
    if segment.header("Content-Transfer-Encoding", "binary").lower() not in {"binary", "8bit", "7bit"}:
        raise _unreadable()
    if not name or name in form.files:
        raise _unreadable()
    if file_name is None:
        form.fields.setdefault(name, []).append(content.decode("utf-8"))
    elif file_name or content:  # browsers send an empty file if none was chosen
        form.files[name] = UploadedFile(file_name, content)


def _unreadable() -> Invalid:
    return Invalid("unreadable_form")
