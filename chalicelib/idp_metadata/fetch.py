"""Fetches metadata from a customer's URL, protected against server-side request forgery.

The host is resolved once, and the connection goes to the validated address (no second resolution, which prevents DNS
rebinding), with the host name in SNI, Host and certificate verification. Redirects are followed explicitly and
validated like the first URL. `http.client` adds no proxy, cookies, credentials or decompression.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urljoin

from chalicelib.idp_metadata.address import FetchFailed, MetadataAddress, metadata_address
from chalicelib.idp_metadata.public_address import is_public
from chalicelib.idp_metadata.timed_socket import TimedSocket, seconds_left

MAX_BYTES: Final = 1_048_576
TIMEOUT_SECONDS: Final = 5.0
MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_CONNECTS: Final = 4
MAX_RESOLVING: Final = 8
_RESOLVING: Final = threading.BoundedSemaphore(MAX_RESOLVING)
_LOOPBACK: Final = "127.0.0.1"
_FAILURES: Final = {401: "sign_in_needed", 403: "sign_in_needed", 404: "nothing_there", 410: "nothing_there"}
_HEADERS: Final = {
    "Accept": "application/samlmetadata+xml, application/xml, text/xml, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "Gatehouse",
    "Connection": "close",
}

Resolver = Callable[[str, int], Sequence[str]]
Connector = Callable[[tuple[str, int], float], socket.socket]


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Returns every IP address of a host.

    Raises:
        OSError: there is none.
    """
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class MetadataFetch:
    """Fetches metadata.

    Args:
        local: the local run, which also allows http on localhost.
        resolver, connector, context: default to the operating system's; tests pass their own.
        seconds: total timeout, redirects included.
    """

    def __init__(
        self,
        *,
        local: bool,
        resolver: Resolver = addresses_of,
        connector: Connector = socket.create_connection,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._local = local
        self._resolver = resolver
        self._connector = connector
        self._context = context
        self._seconds = seconds

    def fetch(self, url: str) -> bytes:
        """Returns the content at `url`, at most a megabyte.

        Raises:
            FetchFailed: with a specific code for each failure.
        """
        deadline = time.monotonic() + self._seconds
        local = self._local
        for _ in range(MAX_REDIRECTS + 1):
            address = metadata_address(url, local=local)
            local = address.is_local  # an external URL can't redirect to localhost
            try:
                answer = self._request(address, deadline)
            except TimeoutError:
                raise FetchFailed("timeout") from None
            if isinstance(answer, bytes):
                return answer
            url = _join(url, answer)
        raise FetchFailed("redirect_refused")

    def _request(self, address: MetadataAddress, deadline: float) -> bytes | str:
        """Returns the body, or the URL of a redirect."""
        connection = http.client.HTTPConnection(address.host)
        try:
            connection.sock = self._connect(address, deadline)
            connection.request("GET", address.target, headers={"Host": address.authority, **_HEADERS})
            return _body_or_location(connection.getresponse())
        except TimeoutError:
            raise
        except ssl.SSLCertVerificationError:
            raise FetchFailed("certificate_invalid") from None
        except (http.client.HTTPException, UnicodeError, zlib.error):
            raise FetchFailed("unreadable_answer") from None
        except OSError:
            raise FetchFailed("unreachable") from None
        finally:
            connection.close()

    def _connect(self, address: MetadataAddress, deadline: float) -> TimedSocket:
        if address.is_local:
            return TimedSocket(self._connect_first([_LOOPBACK], address.port, deadline), deadline)
        plain = self._connect_first(self._resolve_public(address, deadline), address.port, deadline)
        try:
            plain.settimeout(seconds_left(deadline))
            secured = self._context().wrap_socket(plain, server_hostname=address.host.removesuffix("."))
        except BaseException:
            plain.close()
            raise
        return TimedSocket(secured, deadline)

    def _resolve_public(self, address: MetadataAddress, deadline: float) -> list[str]:
        """Resolves the host. If any address isn't public, refuses all."""
        found = _resolve_in_time(lambda: self._resolver(address.host, address.port), deadline)
        if not found:
            raise FetchFailed("unknown_host")
        if not all(is_public(ip) for ip in found):
            raise FetchFailed("private_address")
        return list(dict.fromkeys(found))[:_MAX_CONNECTS]

    def _connect_first(self, addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
        """Connects to the first address that responds: Lambda may reach only IPv4 or only IPv6."""
        for ip in addresses[:-1]:
            try:
                return self._connector((ip, port), seconds_left(deadline) / 2)
            except OSError:
                continue
        return self._connector((addresses[-1], port), seconds_left(deadline))


def _resolve_in_time(resolved: Callable[[], Sequence[str]], deadline: float) -> Sequence[str]:
    """Applies a timeout to the operating system's resolver, which has none. A hanging lookup is abandoned in its
    thread; the number of threads is bounded.
    """
    slots = _RESOLVING
    if not slots.acquire(timeout=seconds_left(deadline)):
        raise TimeoutError
    answers: queue.Queue[Sequence[str]] = queue.Queue(1)

    def ask() -> None:
        try:
            answers.put(resolved())
        except (OSError, UnicodeError):
            answers.put(())
        finally:
            slots.release()

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=seconds_left(deadline))
    except queue.Empty:
        raise TimeoutError from None


def _body_or_location(answer: http.client.HTTPResponse) -> bytes | str:
    with answer:
        if answer.status in _REDIRECTS:
            return answer.headers.get("Location", "")
        if answer.status != http.client.OK:
            raise FetchFailed(_FAILURES.get(answer.status, "http_status"))
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        body = _require_bounded(answer.read(MAX_BYTES + 1))
    if coding == "identity":
        return body
    if coding not in {"gzip", "x-gzip"}:
        raise FetchFailed("unreadable_answer")
    # Some servers send gzip unrequested; the length limit prevents decompression bombs.
    return _require_bounded(zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES + 1))


def _require_bounded(body: bytes) -> bytes:
    if len(body) > MAX_BYTES:
        raise FetchFailed("too_large")
    return body


def _join(url: str, location: str) -> str:
    try:
        joined = urljoin(url, location) if location else ""
    except ValueError:
        joined = ""
    if not joined:
        raise FetchFailed("redirect_refused")
    return joined
