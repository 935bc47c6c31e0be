"""Memory growth per document, measured in a process of its own that signs in a user afterwards.

Run as a program: `python -m tests.attacks.memory_growth KIND` prints a JSON object.
"""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.idp_metadata import read_idp_metadata
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.metadata_signature import verify_metadata
from chalicelib.saml.pretty_print import pretty_print
from tests.support.identity_provider import GOOD, IDP_ISSUER, NOW, Trust, document, key, send, trust
from tests.support.identity_provider.names import DS, SAMLP
from tests.support.verification import refusal

_PLACE: Final = b"<samlp:Status>"
_GOOD_METADATA: Final = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{IDP_ISSUER}">
<IDPSSODescriptor protocolSupportEnumeration="{SAMLP}"><KeyDescriptor use="signing"><KeyInfo xmlns="{DS}"><X509Data>
<X509Certificate>{key("acme").base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{IDP_ISSUER}/sso"/>
</IDPSSODescriptor></EntityDescriptor>"""


def left_behind(kind: str, messages: int) -> dict[str, Any]:
    """Returns a new process's report after this number of documents of one kind."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.attacks.memory_growth", kind, str(messages)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def names(number: int) -> bytes:
    """Names, prefixes and namespaces that no document had before."""
    new = (f"n{number:x}m{place:x}" for place in range(200))
    return "".join(f"<{name}:{name}e xmlns:{name}='urn:{name}' {name}a=''/>" for name in new).encode()


def long_names(number: int) -> bytes:
    """A few names as long as the form value allows."""
    return b"".join(b"<l%dx%d%s/>" % (number, place, b"n" * 35_000) for place in range(3))


def blanks(number: int) -> bytes:
    """Runs of white space that no document had before; libxml2 interns those as well."""
    white = bytes(random.Random(number).choices(b" \t\n", k=50 * 1_400))
    return b"".join(white[place : place + 50] + b"<a/>" for place in range(0, len(white), 50))


def instructions(number: int) -> bytes:
    """Processing instructions with new targets."""
    return b"".join(b"<?p%dx%d ?>" % (number, place) for place in range(2_500))


def unclosed(number: int) -> bytes:
    """New names in a document that is not well-formed."""
    return names(number) + b"</never-opened>"


_CONTENTS: Final[Mapping[str, Callable[[int], bytes]]] = {
    "names": names,
    "long-names": long_names,
    "blanks": blanks,
    "instructions": instructions,
    "unclosed": unclosed,
}
KINDS: Final = (*_CONTENTS, "inspected", "metadata", "signed-metadata")


def _post(sent: bytes, under: Trust) -> None:
    refusal(UnverifiedResponse(base64.b64encode(sent).decode()), under)


def _take(kind: str, number: int, under: Trust) -> None:
    content = _CONTENTS.get(kind, names)(number)
    if kind == "metadata":
        try:
            read_idp_metadata(f"<md>{content.decode()}</md>", NOW)
        except ImportRefused:
            return
    elif kind == "signed-metadata":
        try:
            verify_metadata(f"<md>{content.decode()[:60_000]}</md>", key("acme").certificate.facts)
        except ImportRefused:
            return
    else:
        octets = document(GOOD).replace(_PLACE, b"<samlp:Extensions>" + content + b"</samlp:Extensions>" + _PLACE, 1)
        if kind == "inspected":
            pretty_print(UnverifiedResponse(base64.b64encode(octets).decode()), under.size_limit)
        else:
            _post(octets, under)


def _megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def _main() -> None:
    kind, messages, under = sys.argv[1], int(sys.argv[2]), trust()
    for number in range(-20, 0):
        _take(kind, -number, under)
    before = _megabytes()
    for number in range(100, messages + 100):
        _take(kind, number, under)
    grown = _megabytes() - before
    imported = read_idp_metadata(_GOOD_METADATA, NOW)
    print(json.dumps({"grown": grown, "refusal": str(refusal(send(GOOD), under)), "imported": imported.entity_id}))


if __name__ == "__main__":
    _main()
