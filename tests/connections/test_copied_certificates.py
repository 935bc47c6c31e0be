"""Certificates as they arrive after Word, mail, chats, logs, web pages and source code."""

from __future__ import annotations

import base64
import contextlib
import json
import quopri
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.connections.certificate_parsing import parse_certificates
from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS, CertificateRefused, holds_private_key
from chalicelib.connections.fingerprint import is_fingerprint
from chalicelib.idp_metadata.detect import InputKind, detect
from chalicelib.saml.import_refused import ImportRefused
from tests.support.identity_provider.keys import key

ONE, TWO = key("p256-one"), key("rsa2048-two")
LINES = TWO.pem.strip().splitlines()
XMLNS = 'xmlns="http://www.w3.org/2000/09/xmldsig#"'


def each_line(form: str) -> str:
    """The PEM with something around each line."""
    return "\n".join(form.format(line) for line in LINES)


def dump(offset: str, between: str, size: int, text: str) -> str:
    """Lines of sixteen octets with their offset before them and their text behind."""
    lines = []
    for at in range(0, len(TWO.der), 16):
        octets = TWO.der[at : at + 16]
        digits = " ".join(octets.hex()[one : one + size] for one in range(0, 32, size)).strip()
        if between:
            digits = f"{digits[:23]}{between}{digits[23:]}".strip()
        shown = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in octets)
        lines.append(offset.format(at) + digits.ljust(40) + text + shown)
    return "\n".join(lines)


COPIES: dict[str, str | bytes] = {
    "em dashes": TWO.pem.replace("-----", "\u2014\u2014-"),
    "en dashes": TWO.pem.replace("--", "\u2013"),
    "one dash": TWO.pem.replace("-----", "\u2014"),
    "no hyphens": TWO.pem.replace("-----", ""),
    "no hyphens in one line": TWO.pem.replace("-----", "").replace("\n", " "),
    "no blank in the marks": TWO.pem.replace(" CERTIFICATE", "CERTIFICATE"),
    "a sixth hyphen": TWO.pem.replace("-----", "------"),
    "blanks before the marks": TWO.pem.replace("-----B", "   -----B").replace("-----E", "\t-----E"),
    "smart quotes around": f"\u201c{TWO.pem}\u201d",
    "blanks of a web page": TWO.pem.replace("\n", "\u00a0\u2003\n\u202f"),
    "letters that can't be seen": "\u200b\u2060".join(TWO.pem) + "\ufeff",
    "soft hyphens": TWO.pem.replace("MII", "M\u00adI\u00adI"),
    "lines of another system": TWO.pem.replace("\n", "\u2028"),
    "line ends as entities": TWO.pem.replace("\n", "&#13;\n"),
    "entities": escape(f"<p>{TWO.pem}</p>").replace("+", "&#43;").replace("/", "&#x2F;").replace("=", "&#61;"),
    "a web page's text": f"<div><pre>{TWO.pem.replace(chr(10), '<br/>')}</pre></div>",
    "an element": f"<ds:X509Certificate>{TWO.base64}</ds:X509Certificate>",
    "an element without a prefix": f"<X509Certificate>\n  {TWO.base64}\n</X509Certificate>",
    "an element with its namespace": f"<X509Certificate {XMLNS}>{TWO.base64}</X509Certificate>",
    "an element with PEM": f"<ds:X509Certificate>{TWO.pem}</ds:X509Certificate>",
    "the elements around": f"<ds:X509Data><ds:X509Certificate>{TWO.base64}</ds:X509Certificate></ds:X509Data>",
    "an escaped element": f"&lt;ds:X509Certificate&gt;{TWO.base64}&lt;/ds:X509Certificate&gt;",
    "a log": each_line("2026-11-29T10:00:00.123Z INFO [main] cert: {}"),
    "a log with words": each_line("Nov 29 10:00:00 idp saml INFO {}"),
    "a quoted mail": each_line("> {}"),
    "a mail quoted twice": each_line(">> {}"),
    "a quoted mail without blanks": each_line(">{}"),
    "comments": each_line("# {}"),
    "line numbers": "\n".join(f"{number:5} {line}" for number, line in enumerate(LINES)),
    "source code": each_line('    "{}\\n" +'),
    "a list in YAML": each_line("      {}"),
    "JSON": json.dumps(TWO.pem),
    "JSON of PHP": json.dumps(TWO.pem).replace("/", "\\/"),
    "JSON of .NET": json.dumps(TWO.pem).replace("+", "\\u002B").replace("=", "\\u003d"),
    "an address": quote(TWO.pem, safe=""),
    "quoted-printable": quopri.encodestring(TWO.pem.encode()).decode(),
    "quoted-printable base64": quopri.encodestring(TWO.base64.encode()).decode(),
    "base64 without padding": TWO.base64.rstrip("="),
    "base64 behind a label": f"X.509 Certificate: {TWO.base64}",
    "base64 in a quoted mail": "\n".join(f"> {TWO.base64[at : at + 76]}" for at in range(0, len(TWO.base64), 76)),
    "an assignment": f"cert={TWO.base64}",
    "an attribute": f'X509Certificate="{TWO.base64}"',
    "a line of a log": f"2026-11-29 INFO cert={TWO.base64} loaded",
    "hexadecimal": TWO.der.hex(),
    "a hexadecimal dump": TWO.der.hex(" ").upper(),
    "hexadecimal with colons": TWO.der.hex(":"),
    "hexadecimal of SQL": f"0x{TWO.der.hex().upper()}",
    "hexadecimal in quotes": f"X'{TWO.der.hex()}'",
    "an array in C": ", ".join(f"0x{octet:02X}" for octet in TWO.der),
    "an array without blanks": "{" + ",".join(f"0x{octet:02x}" for octet in TWO.der) + "};",
    "an array with its name": f"unsigned char c[] = {{ {', '.join(f'0x{octet:02x}' for octet in TWO.der)} }};",
    "lines in parentheses": "cert = (\n" + "\n".join(f'    "{line}"' for line in LINES[1:-1]) + "\n)",
    "continued lines": 'CERT="' + "\\\n".join(LINES[1:-1]) + '"',
    "folded lines of YAML": "certificate: >-\n  " + "\n  ".join(LINES[1:-1]),
    "base64 of addresses behind a label": "cert: " + base64.urlsafe_b64encode(TWO.der).decode().rstrip("="),
    "a text with escaped octets": "".join(f"\\x{octet:02x}" for octet in TWO.der),
    "the lines of xxd": dump("{:08x}: ", "", 4, "  "),
    "the lines of hexdump": dump("{:08x}  ", " ", 2, "  |"),
    "base64 of addresses": base64.urlsafe_b64encode(TWO.der).decode().rstrip("="),
    "base64 of addresses with padding": base64.urlsafe_b64encode(TWO.der).decode(),
    "a form": quote_plus(TWO.pem),
    "a field of a form": f"cert={quote_plus(TWO.base64)}",
    "added lines": each_line("+{}"),
    "removed lines": each_line("-{}"),
    "added lines with a blank": each_line("+ {}"),
    "marks broken in two lines": TWO.pem.replace(" CERTIFICATE", "\nCERTIFICATE"),
    "a JSON Web Key": json.dumps({"kty": "RSA", "n": "AQAB", "e": "AQAB", "x5c": [TWO.base64]}),
    "a set of JSON Web Keys": json.dumps({"keys": [{"kid": "1", "x5c": [TWO.base64]}]}, indent=2),
    "the line of a JSON Web Key": f'"x5c": ["{TWO.base64}"]',
    "trust settings behind it": TWO.der + bytes.fromhex("300c300a06082b06010505070301"),
    "an old Windows file": f"Aussteller: M\u00fcller\n{TWO.pem}".encode("cp1252"),
}


@pytest.mark.parametrize("name", COPIES)
def test_what_copying_does_to_a_certificate_is_undone(name: str) -> None:
    assert [taken.der for taken in parse_certificates(COPIES[name])] == [TWO.der]


@pytest.mark.parametrize("name", COPIES)
def test_the_field_that_takes_anything_takes_each_of_them_as_a_certificate(name: str) -> None:
    form, content = detect(COPIES[name])
    assert form is InputKind.CERTIFICATE
    assert [taken.der for taken in parse_certificates(content)] == [TWO.der]


def test_several_are_read_in_each_wrapping() -> None:
    elements = "".join(f"<ds:X509Certificate>{one.base64}</ds:X509Certificate>" for one in (ONE, TWO))
    both = ONE.pem + TWO.pem
    for given_text in (elements, both.replace("-----", "\u2014"), both.replace("\n", "\n> ")):
        assert [taken.der for taken in parse_certificates(given_text)] == [ONE.der, TWO.der]


BOTH: dict[str, str | bytes] = {
    "base64 in two lines": f"{ONE.base64}\n{TWO.base64}\n",
    "base64 in one line": f"{ONE.base64} {TWO.base64}",
    "base64 with a comma": f"{ONE.base64},{TWO.base64}",
    "base64 without padding": f"{ONE.base64.rstrip('=')}\n{TWO.base64.rstrip('=')}",
    "base64 of both together": base64.b64encode(ONE.der + TWO.der).decode(),
    "labels": f"Primary: {ONE.base64}\nSecondary: {TWO.base64}",
    "DER": ONE.der + TWO.der,
    "hexadecimal": ONE.der.hex() + "\n" + TWO.der.hex(),
    "PEM and base64": f"{ONE.pem}\n{TWO.base64}",
    "a JSON Web Key": json.dumps({"x5c": [ONE.base64, TWO.base64]}),
    "a table": f"name,certificate\na,{ONE.base64}\nb,{TWO.base64}",
}


def test_a_json_web_key_is_read() -> None:
    assert [taken.der for taken in parse_certificates(json.dumps({"x5c": [TWO.base64]}))] == [TWO.der]


@pytest.mark.parametrize("name", BOTH)
def test_two_certificates_in_one_text_are_both_read(name: str) -> None:
    assert [taken.der for taken in parse_certificates(BOTH[name])] == [ONE.der, TWO.der]


FINGERPRINTS = {
    "colons": ":".join(["AB"] * 32),
    "blanks": " ".join(["ab"] * 20),
    "hyphens": "-".join(["AB"] * 20),
    "of openssl": "SHA256 Fingerprint=" + ":".join(["AB"] * 32),
    "of a newer openssl": "sha256 Fingerprint=" + ":".join(["AB"] * 32),
    "with a label": "SHA-256 Fingerprint: " + ":".join(["AB"] * 32),
    "a thumbprint": "Thumbprint: " + "AB" * 20,
    "a thumbprint on the next line": "Thumbprint (SHA-1)\n" + "AB" * 20,
    "several": "SHA1 Fingerprint=" + ":".join(["AB"] * 20) + "\nSHA256 Fingerprint=" + ":".join(["CD"] * 32),
    "of MD5": "MD5 Fingerprint: " + ":".join(["AB"] * 16),
    "of PowerShell": f"Thumbprint{' ' * 32}Subject\n----------{' ' * 32}-------\n{'AB' * 20}  CN=idp",
}


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_a_fingerprint_is_reported_as_one_in_each_wrapping(name: str) -> None:
    with pytest.raises(CertificateRefused) as refused:
        parse_certificates(FINGERPRINTS[name])
    assert refused.value.code == "fingerprint"
    with pytest.raises(ImportRefused) as unread:
        detect(FINGERPRINTS[name])
    assert unread.value.code == "fingerprint"


@pytest.mark.parametrize("text", ["AB" * 16, "AB:" * 40, "Thumbprint:", "SHA256: " + "A" * 63, "fingerprint"])
def test_other_digits_are_no_fingerprint(text: str) -> None:
    assert not is_fingerprint(text)


@pytest.mark.parametrize("behind", [b"junk", b"\x30\x03abc", b"\0" * 40, ONE.der[:-1]])
def test_other_data_behind_a_certificate_is_not_dropped(behind: bytes) -> None:
    for given_data in (TWO.der + behind, base64.b64encode(TWO.der + behind).decode()):
        with pytest.raises(CertificateRefused) as refused:
            parse_certificates(given_data)
        assert refused.value.code == "not_a_certificate"


def test_two_certificates_of_which_one_is_cut_are_refused() -> None:
    with pytest.raises(CertificateRefused):
        parse_certificates(f"{ONE.base64[:-8]}\n{TWO.base64}")


PRIVATE: dict[str, Callable[[str], str]] = {
    "em dashes": lambda pem: pem.replace("-----", "\u2014"),
    "no hyphens": lambda pem: pem.replace("-----", ""),
    "letters that can't be seen": "\u200b".join,
    "entities": lambda pem: pem.replace("P", "&#80;"),
    "a quoted mail": lambda pem: pem.replace("\n", "\n> "),
    "blanks of a web page": lambda pem: pem.replace(" ", "\u00a0"),
    "a word before": lambda pem: pem.replace("PRIVATE", "RSA PRIVATE"),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_key_is_reported_as_such_in_each_wrapping(name: str) -> None:
    text = PRIVATE[name](ONE.private_pem.decode())
    assert holds_private_key(text)
    with pytest.raises(CertificateRefused) as refused:
        parse_certificates(TWO.pem + text)
    assert refused.value.code == "private_key"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("-\u2014BEGINDCRTFA <>/=&#;\\nM+\n>x"), max_size=300))
def test_whatever_is_pasted_ends_in_certificates_or_a_code(text: str) -> None:
    code = ""
    with contextlib.suppress(CertificateRefused):
        try:
            assert parse_certificates(text)
        except CertificateRefused as refused:
            code = refused.code
            raise
    assert code in {"", *CERTIFICATE_REFUSALS}
