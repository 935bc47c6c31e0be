"""Writes the tables of codes in docs/api.md from the catalogs: `python -m tools.api_docs`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Final

from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS
from chalicelib.http.problem_types import FIELD_CODES, PROBLEM_TYPES
from chalicelib.i18n.catalog import LANGUAGES, texts_of
from chalicelib.idp_metadata.address import FETCH_FAILURES
from chalicelib.idp_metadata.import_error import IMPORT_REFUSALS

PAGE: Final = Path(__file__).parents[1] / "docs/api.md"
WARNINGS: Final[Mapping[str, str]] = {
    "remark.expired": "expired",
    "remark.not_yet": "not_yet_valid",
    "remark.expires_soon": "expires_soon",
    "remark.sha1_signature": "sha1_signature",
    "remark.left_out": "certificate_left_out",
    "remark.too_many": "certificate_left_out",
    "remark.encrypting": "encryption_certificate_left_out",
    "remark.valid_far": "valid_until_far",
    "remark.valid_soon": "valid_until_soon",
    "remark.signed": "signature_not_checked",
    "remark.sso_url_alone": "sso_url_alone",
    "remark.entity_id_alone": "entity_id_alone",
    "remark.no_signing_certificate": "no_signing_certificate",
    "remark.encryption_certificate_only": "encryption_certificate_only",
    "remark.tenant_metadata": "tenant_metadata",
    "remark.metadata_address": "metadata_address",
    "remark.metadata_address_read": "metadata_address",
}
"""The texts of warnings in the catalog `fault`, and the code of each."""

Rows = Iterable[tuple[str, ...]]


def with_code_tables(page: str) -> str:
    """Returns the page with its code tables regenerated, in the order of the source."""
    for introduction, rows in _tables().items():
        found = re.search(rf"{re.escape(introduction)}[^\n]*\n\n\|[^\n]*\n\|[-|]*\n((?:\|[^\n]*\n)*)", page)
        if found is None:
            raise ValueError(f"no table after: {introduction}")
        table = "".join(f"| `{code}` | {' | '.join(cells)} |\n" for code, *cells in rows)
        page = page[: found.start(1)] + table + page[found.end(1) :]
    return page


def _tables() -> dict[str, Rows]:
    return {
        "## Error codes": ((code, kind.title, kind.explanation) for code, kind in PROBLEM_TYPES.items()),
        "Codes of single fields, in `errors`:": FIELD_CODES.items(),
        "Codes of certificates, in `errors`:": _faults("certificate", CERTIFICATE_REFUSALS),
        "Codes of imports and of metadata that is saved, in `errors`:": _faults("import", IMPORT_REFUSALS),
        "Codes of fetching a metadata address, in `errors`:": _faults("fetch", FETCH_FAILURES),
        "Codes of `warnings`": ((code, _text(key)) for key, code in WARNINGS.items()),
    }


def _faults(group: str, codes: Iterable[str]) -> Rows:
    return ((code, _text(f"{group}.{code}")) for code in codes)


def _text(key: str) -> str:
    return unescape(texts_of(LANGUAGES[0], "fault")[key])


if __name__ == "__main__":
    PAGE.write_text(with_code_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
