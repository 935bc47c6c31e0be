"""Forms with files: `multipart/form-data` (RFC 7578), byte for byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from chalicelib.errors import Invalid

MULTIPART: Final = "multipart/form-data"
PARTS_MOST: Final = 200
BYTES_MOST: Final = 3_000_000
_HEAD_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class MultipartForm:
    """What was sent.

    Attributes:
        fields: name → values, in their order.
        files: name → content, of the fields that came with a file name and are not empty.
    """

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def multipart_form(content_type: str, body: bytes) -> MultipartForm:
    """Take a body apart.

    Raises:
        Invalid: `unreadable_form`: it isn't such a form, or has too many parts.
    """
    boundary = _parameter("content-type", content_type, "boundary")
    if not boundary or len(body) > BYTES_MOST:
        raise _unreadable("no boundary, or too long")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"), PARTS_MOST + 2)
    if len(pieces) < 2 or len(pieces) > PARTS_MOST + 1 or not pieces[-1].startswith(b"--"):
        raise _unreadable("its end is missing, or it has too many parts")
    form = MultipartForm()
    for piece in pieces[1:-1]:
        _add(form, piece)
    return form


def _add(form: MultipartForm, piece: bytes) -> None:
    head, blank, content = piece.partition(b"\r\n\r\n")
    lines = [line for line in head.decode("utf-8", "replace").split("\r\n") if line]
    said = next((line for line in lines if line.lower().startswith("content-disposition:")), "")
    disposition = said.partition(":")[2]
    name = _parameter("content-disposition", disposition, "name")
    if not blank or len(head) > _HEAD_MOST or name is None:
        raise _unreadable("a part has no name")
    if _parameter("content-disposition", disposition, "filename") is None:
        form.fields.setdefault(name, []).append(content.decode("utf-8", "replace"))
    elif content:
        form.files[name] = content


def _parameter(header: str, value: str, name: str) -> str | None:
    message = Message()
    message[header] = value
    found = message.get_param(name, header=header)
    return found if isinstance(found, str) else None


def _unreadable(why: str) -> Invalid:
    return Invalid("unreadable_form", "This form can't be read.", private=f"multipart: {why}")
