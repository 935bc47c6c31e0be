"""`make run`: Gatehouse on http://localhost with AWS embedded, a demo identity provider and demo data."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from app import app
from chalicelib.api_keys.model import Scope, secret_hash
from chalicelib.container import Container, use
from chalicelib.errors import NotSignedIn, SsoError
from chalicelib.http.unknown_path import unknown_path
from chalicelib.settings import Settings, brand_from
from ops.local import folder
from ops.local.aws import EmbeddedAws
from ops.local.demo_data import demo_users, plant
from ops.local.demo_idp.server import IdentityProviderServer
from ops.local.folder import Run
from ops.local.server import LocalServer
from ops.stage_keys import ensure_keys

_REFUSALS_PER_MINUTE: Final = 100_000
_LAST_PORT: Final = 65_535


def main() -> int:
    """Run until interrupted; the exit status."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        _run(options)
    except KeyboardInterrupt:
        return 0
    except BlockingIOError:
        return _complain(f"Gatehouse runs already with the data in {options.data}. End that one first.")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        ports = f"{options.port} or {options.port + 1}"
        return _complain(f"Port {ports} is taken. Choose others with: make run PORT={options.port + 10}")
    except ValueError as error:
        return _complain(str(error))
    except SsoError as error:
        return _complain(
            f"The data in {options.data} can't be used ({error.code}). Start afresh with: make run RESET=1"
        )
    return 0


def _run(options: argparse.Namespace) -> None:
    with ExitStack() as running:
        data: Path = running.enter_context(folder.claim_folder(options.data))
        if options.reset:
            folder.reset(data)
        identity_provider = running.enter_context(IdentityProviderServer(options.port + 1, data / folder.KEY))
        settings = Settings(
            base_url=f"http://localhost:{options.port}",
            stage="local",
            refusals_per_minute=_REFUSALS_PER_MINUTE,
            local=True,
            **brand_from(),  # type: ignore[arg-type]
        )
        server = running.enter_context(LocalServer(app, options.port, unknown_path, _log()))
        aws = running.enter_context(EmbeddedAws(data / folder.DATA, settings.table_name))
        container = Container(settings, lambda: aws.dynamodb, lambda: aws.secrets)
        use(container)
        ensure_keys(aws.secrets, settings.keys_secret, container.clock())
        run = _prepare(container, data, identity_provider.provider.metadata_url)
        folder.write_run(data, run)
        identity_provider.start()
        print(_welcome(run, identity_provider.provider.sso_url.removesuffix("sso"), data), flush=True)
        server.serve_forever(poll_interval=0.1)


def _prepare(container: Container, data: Path, metadata_url: str) -> Run:
    """An API key and people, made where an earlier run didn't."""
    earlier = folder.earlier_run(data)
    key = earlier.api_key if earlier and _counts(container, earlier.api_key) else _new_key(container)
    if os.environ.get("GATEHOUSE_DEMO") != "0" and not (earlier and earlier.users):
        plant(container)
    return Run(container.settings.base_url, key, {"metadata_url": metadata_url}, demo_users(container))


def _counts(container: Container, key: str) -> bool:
    try:
        container.callers.authenticator.key(secret_hash(key), Scope.READ, container.clock())
    except NotSignedIn:
        return False
    return True


def _new_key(container: Container) -> str:
    return container.api_keys.create(name="Local run", now=container.clock())[1]


def _welcome(run: Run, identity_provider: str, data: Path) -> str:
    people = [f"    {user.email:<20} {user.password:<20} {user.role}" for user in run.users]
    lines = [
        "",
        f"  Gatehouse                 {run.base_url}",
        f"  Demo identity provider    {identity_provider}",
        f"  API key                   {run.api_key}",
        *(["", "  Sign in with a password as", *people] if people else []),
        "",
        f"  Data are kept in {data}. Ctrl-C ends.",
        "",
    ]
    return "\n".join(lines)


def _log() -> Callable[[str], None]:
    """Logs one line per request if the output is a terminal."""
    return print if sys.stdout.isatty() else lambda _line: None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops.local", description=__doc__)
    whose = "of Gatehouse; the demo identity provider has the next"
    parser.add_argument("--port", type=_port, default=8000, help=whose)
    parser.add_argument("--data", type=Path, default=Path(".local"), help="folder for everything that is kept")
    parser.add_argument("--reset", action="store_true", help="start afresh")
    return parser.parse_args()


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is 1 to {_LAST_PORT - 1}; the demo identity provider has the next")
    return port


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
