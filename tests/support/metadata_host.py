"""A host on the internet, as far as the fetcher can tell: TLS on loopback, behind a public address."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chalicelib.idp_metadata.fetch import MetadataFetch

NAME = "idp.example.com"
PUBLIC = "93.184.215.14"
Script = Callable[[socket.socket], None]


def ok(body: bytes, *headers: str) -> bytes:
    """A good answer."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect_to(location: str, status: int = 302) -> bytes:
    """A redirect."""
    return f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def drip(piece: bytes, *, head: bytes = b"") -> Script:
    """A peer that sends a little every 20 ms, until the other side has enough (5 seconds at most)."""

    def play(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(250):
            connection.sendall(piece)
            time.sleep(0.02)

    return play


@dataclass
class Host:
    """The responses by path, and the received requests.

    Attributes:
        answers: path → octets, or what to do with the connection.
        addresses: what the resolver says, name by name; a list is used up one look-up at a time.
        connected: every address that was connected to.
    """

    port: int
    answers: dict[str, bytes | Script] = field(default_factory=dict)
    addresses: dict[str, list[list[str]]] = field(default_factory=dict)
    connected: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def fetcher(self, *, local: bool = False, seconds: float = 5.0) -> MetadataFetch:
        """A fetcher for which this host is everything there is."""
        return MetadataFetch(
            local=local, resolver=self._resolve, connector=self._connect, context=_trusting, seconds=seconds
        )

    def _resolve(self, host: str, _port: int) -> list[str]:
        answers = self.addresses.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.connected.append(address[0])
        return socket.create_connection(("127.0.0.1", self.port), timeout)


@contextmanager
def host_metadata(*, tls: bool = True) -> Iterator[Host]:
    """A host for one test."""
    _files()  # before there are threads, which would make one pair each
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = Host(listening.getsockname()[1])
        threading.Thread(target=_serve, args=(listening, host, tls), daemon=True).start()
        yield host
        listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, host: Host, tls: bool) -> None:
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(plain, host, tls), daemon=True).start()


def _answer(plain: socket.socket, host: Host, tls: bool) -> None:
    try:
        with _serving().wrap_socket(plain, server_side=True) if tls else plain as connection:
            request = connection.recv(65536).decode("latin-1")
            host.asked.append(request)
            answer = host.answers.get(
                request.partition(" ")[2].partition(" ")[0], b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
            )
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
    except OSError:
        return


@cache
def _files() -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = Path(tempfile.mkdtemp())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


@cache
def _serving() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_files())
    return context


@cache
def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=_files()[0])
