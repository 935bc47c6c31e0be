"""Parses forms with files (multipart/form-data, RFC 7578) strictly and byte-exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import Final

from chalice.app import Request

from chalicelib.errors import Invalid, WrongContentType

MULTIPART: Final = "multipart/form-data"
MAX_BODY_LENGTH: Final = 1_200_000  # bytes: a megabyte of metadata, and the fields around it
_MAX_PARTS: Final = 64
_MAX_HEADER_LENGTH: Final = 2_000
_HEAD_MARKS: Final = {b";": 8, b"(": 8, b'"': 8, b"\\": 16, b"=?": 0}
"""The library's header parser takes time quadratic in their number. Legitimate file names have few."""
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")


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
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    if header.get_content_type() != MULTIPART:
        raise WrongContentType("unsupported_media_type", f"Send the form as {MULTIPART}.")
    raw = request.raw_body
    body = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    if len(body) > MAX_BODY_LENGTH:
        raise Invalid("body_too_large", f"The form may have {MAX_BODY_LENGTH} bytes at most.")
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not _BOUNDARY.fullmatch(boundary):
        raise _unreadable()
    form = FormWithFiles({}, {})
    for head, content in _parts(body, boundary.encode()):
        _add(form, head, content)
    return form


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields header and content of each part (RFC 2046 section 5.1.1). A delimiter starts with the preceding line
    break.
    """
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or len(pieces) > _MAX_PARTS + 2 or pieces[0].strip() or pieces[-1].rstrip() != b"--":
        raise _unreadable()
    for piece in pieces[1:-1]:
        head, blank, content = piece.partition(b"\r\n\r\n")
        if not blank or not head.startswith(b"\r\n") or len(head) > _MAX_HEADER_LENGTH:
            raise _unreadable()
        yield head[2:], content


def _add(form: FormWithFiles, head: bytes, content: bytes) -> None:
    if any(head.count(mark) > most for mark, most in _HEAD_MARKS.items()):
        raise _unreadable()
    headers = BytesHeaderParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")
    disposition = headers["Content-Disposition"]
    if disposition is None or headers.defects or disposition.content_disposition != "form-data":
        raise _unreadable()
    if headers.get("Content-Transfer-Encoding", "binary").lower() not in {"binary", "8bit", "7bit"}:
        raise _unreadable()
    name, file_name = disposition.params.get("name"), disposition.params.get("filename")
    if not name or name in form.files:
        raise _unreadable()
    if file_name is None:
        try:
            form.fields.setdefault(name, []).append(content.decode("utf-8"))
        except UnicodeDecodeError:
            raise _unreadable() from None
    elif file_name or content:  # browsers send an empty file if none was chosen
        form.files[name] = UploadedFile(file_name, content)


def _unreadable() -> Invalid:
    return Invalid("unreadable_form", "This form can't be read. Load the page again.")
