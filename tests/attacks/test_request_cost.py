"""The cost of requests besides SAML responses: forms, headers and pasted texts.

Nothing may cost the square of its length: each hostile text is held against undoing two hundred thousand escapes, which
the standard library does in time that grows with their number alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import pytest
from chalice.app import Request

from chalicelib.connections.certificate_parsing import parse_certificates
from chalicelib.connections.certificate_text import CertificateRefused
from chalicelib.errors import SsoError
from chalicelib.http.browser_session import posted_fields
from chalicelib.http.requests import require_match
from chalicelib.http.uploaded_file import form_with_files
from chalicelib.idp_metadata.detect import detect
from chalicelib.saml.idp_metadata import identity_providers_in
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.metadata_signature import verify_metadata
from chalicelib.sign_in import pages as saml
from chalicelib.sign_in_attempts.report import redact
from tests.attacks.cpu import cpu_seconds, without_tracing
from tests.attacks.federations import ENTITIES_IN_ROLES, PINNED, ROLES_IN_ROLES, signed

BEGIN: Final = "-----BEGIN CERTIFICATE-----"
MEGABYTE: Final = 1_048_000
ESCAPES: Final = b"%41" * 200_000
TIMES_MOST: Final = 8
"""As dear as undoing the escapes. A quadratic reader takes from fifty times as long on."""


def request(body: bytes = b"", **headers: str) -> Request:
    """Chalice's request object for a post."""
    event: dict[str, Any] = {
        "multiValueQueryStringParameters": None,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "pathParameters": {},
        "requestContext": {"httpMethod": "POST", "resourcePath": "/"},
        "body": body.decode("latin-1"),
        "isBase64Encoded": False,
        "stageVariables": None,
    }
    return Request(event)


def multipart(disposition: str) -> Request:
    """As many parts as a form may have, each with this head."""
    part = f"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\nvalue\r\n".encode()
    return request(part * 60 + b"--x--\r\n", content_type="multipart/form-data; boundary=x")


COSTLY: Final[dict[str, Callable[[], object]]] = {
    "response-of-escapes": lambda: saml._form(request(b"SAMLResponse=" + b"%41" * 2_000_000), 256_000),
    "response-of-escapes-within-the-limit": lambda: saml._form(request(b"SAMLResponse=" + b"%41" * 95_000), 256_000),
    "form-of-escapes": lambda: posted_fields(request(b"email=" + b"%41" * 2_000_000)),
    "file-of-many-parameters": lambda: form_with_files(multipart('name="a"' + ";" * 1_900)),
    "file-of-many-extended-parameters": lambda: form_with_files(multipart('name="a"' + "; f*0*=utf-8''%ff" * 100)),
    "file-of-comments": lambda: form_with_files(multipart('name="a" ' + "(" * 1_900)),
    "file-of-quotes": lambda: form_with_files(multipart('name="a' + '\\"' * 900 + '"')),
    "if-match-of-blanks": lambda: require_match(request(if_match='a"' + " " * 9_000), '"1"'),
    "import-of-dots": lambda: detect("x@" + "a." * (MEGABYTE // 2) + "/"),
    "import-of-labels": lambda: detect("a." * (MEGABYTE // 2) + "!"),
    "import-of-letters": lambda: detect("a" * MEGABYTE + "!"),
    "import-of-hyphens": lambda: detect("a-" * (MEGABYTE // 2) + "!"),
    "certificates-that-never-end": lambda: parse_certificates(BEGIN * 3_700),
    "certificates-that-end-otherwise": lambda: parse_certificates(f"{BEGIN}AAAA-----END KEY-----" * 2_000),
    "certificates-of-hyphens": lambda: parse_certificates("-" * 100_000),
    "certificates-of-begins": lambda: parse_certificates("BEGIN " * 16_000),
    "certificates-of-brackets": lambda: parse_certificates("<" * 100_000),
    "certificates-of-open-tags": lambda: parse_certificates("<X509Certificate " * 5_800),
    "certificates-of-entities": lambda: parse_certificates("&#" + "1" * 99_000 + ";"),
    "certificates-of-many-entities": lambda: parse_certificates("&a" * 50_000),
    "certificates-of-escapes": lambda: parse_certificates("\\u00" * 20_000),
    "certificates-of-digits": lambda: parse_certificates("3082" + "0" * 99_000),
    "certificates-of-words": lambda: parse_certificates("A A\n" * 25_000),
    "import-of-comments": lambda: detect("<!--" * (MEGABYTE // 4)),
    "import-of-closed-comments": lambda: detect("<!---->" * (MEGABYTE // 7)),
    "import-of-doctypes": lambda: detect("<!DOCTYPE x>" * (MEGABYTE // 12)),
    "import-of-folded-lines": lambda: detect("- <EntityDescriptor>\n" * (MEGABYTE // 22)),
    "import-of-blank-lines": lambda: detect("x" + " \t" * (MEGABYTE // 2 - 20) + "<EntityDescriptor>"),
    "import-of-declarations": lambda: detect(b"<?xml " + b" encoding=" * (MEGABYTE // 10 - 1)),
    "attempt-of-one-long-word": lambda: redact("A" * 20_000),
    "attempt-of-ats": lambda: redact("a@" * 10_000),
    "metadata-of-roles-in-roles": lambda: identity_providers_in(ROLES_IN_ROLES),
    "metadata-of-entities-in-roles": lambda: identity_providers_in(ENTITIES_IN_ROLES),
    "signed-metadata-of-attributes": lambda: verify_metadata(signed(attributes=40_000), PINNED),
    "signed-metadata-of-namespaces": lambda: verify_metadata(signed(namespaces=19_000, elements=50_000), PINNED),
    "signed-metadata-of-nearly-as-many": lambda: verify_metadata(signed(namespaces=990, elements=39_900), PINNED),
    "signed-metadata-of-levels": lambda: verify_metadata(signed(levels=200, elements=39_000), PINNED),
}


@pytest.mark.parametrize("name", COSTLY)
def test_nothing_that_is_sent_costs_the_square_of_its_length(name: str) -> None:
    def read() -> None:
        with contextlib.suppress(SsoError, ImportRefused, CertificateRefused):
            COSTLY[name]()

    with without_tracing():
        for _ in range(3):
            if (times := cpu_seconds(read) / cpu_seconds(lambda: unquote_to_bytes(ESCAPES))) < TIMES_MOST:
                break
    assert times < TIMES_MOST
