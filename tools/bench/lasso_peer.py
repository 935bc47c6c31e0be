"""Runs lasso, the SAML library in C, in a process of its own (Debian's python3-lasso, if installed)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from xml.sax.saxutils import quoteattr

from tests.support.identity_provider import Key
from tests.support.identity_provider.description import ACS_URL, ENTITY_ID, IDP_ISSUER
from tests.support.identity_provider.names import DS
from tools.bench.samples import Sample

_PYTHON: Final = "/usr/bin/python3"
_SCRIPT: Final = Path(__file__).with_name("lasso_process.py")
_METADATA: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
_PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def lasso_version() -> str | None:
    """Returns the version of the system's lasso, or None."""
    if not Path(_PYTHON).exists() or subprocess.run([_PYTHON, "-c", "import lasso"], capture_output=True).returncode:
        return None
    asked = ["dpkg-query", "--show", "--showformat=${Version}", "python3-lasso"]
    known = shutil.which("dpkg-query") and subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return known or "of unknown version"


class Lasso:
    """A process that verifies and reports its own CPU time."""

    def __init__(self, samples: Mapping[str, Sample]) -> None:
        self._told = _format_samples(samples)

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([_PYTHON, str(_SCRIPT)], stdin=pipe, stdout=pipe, text=True)
        self._say(self._told)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.communicate()

    def seconds(self, shape: str) -> float:
        """CPU of one verification.

        Raises:
            ValueError: it did not accept the message.
        """
        self._say(shape)
        if self._process.stdout is None:
            raise ValueError("no answer")
        answer = self._process.stdout.readline()
        if answer.startswith("refused"):
            raise ValueError(answer.strip())
        return float(answer)

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


def _format_samples(samples: Mapping[str, Sample]) -> str:
    sample = next(iter(samples.values()))
    role = f"<SPSSODescriptor protocolSupportEnumeration={quoteattr(_PROTOCOL)} WantAssertionsSigned='true'>"
    consumer = f"<AssertionConsumerService Binding={quoteattr(_POST)} Location={quoteattr(ACS_URL)} index='0'/>"
    service = f"{role}{_key(sample.service)}{consumer}</SPSSODescriptor>"
    place = f"<SingleSignOnService Binding={quoteattr(_POST)} Location={quoteattr(f'{IDP_ISSUER}/sso')}/>"
    role = f"<IDPSSODescriptor protocolSupportEnumeration={quoteattr(_PROTOCOL)}>"
    provider = f"{role}{_key(sample.identity_provider)}{place}</IDPSSODescriptor>"
    return json.dumps(
        {
            "service": _metadata(ENTITY_ID, service),
            "service_key": sample.service.private_pem.decode(),
            "identity_provider": _metadata(IDP_ISSUER, provider),
            "messages": {shape: str(sample.sent) for shape, sample in samples.items()},
        }
    )


def _metadata(entity_id: str, role: str) -> str:
    return f"<EntityDescriptor xmlns={quoteattr(_METADATA)} entityID={quoteattr(entity_id)}>{role}</EntityDescriptor>"


def _key(key: Key) -> str:
    shown = f"<X509Data><X509Certificate>{key.base64}</X509Certificate></X509Data>"
    return f"<KeyDescriptor><KeyInfo xmlns={quoteattr(DS)}>{shown}</KeyInfo></KeyDescriptor>"
