"""Lasso's side of the benchmark: a script for the system's own Python, which is where Debian installs lasso.

The first line that comes says what to verify, each further one names a shape; the answer is its seconds of CPU.
"""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    """Answers until the benchmark closes the connection."""
    import lasso  # here, for no other Python has it

    told = json.loads(sys.stdin.readline())
    server = lasso.Server.newFromBuffers(told["service"], told["service_key"])
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, told["identity_provider"])
    server.setEncryptionPrivateKey(told["service_key"])
    for line in sys.stdin:
        message = told["messages"][line.strip()]
        began = time.process_time()
        try:
            login = lasso.Login(server)
            login.processAuthnResponseMsg(message)
            login.acceptSso()
            answer = repr(time.process_time() - began)
        except lasso.Error as error:
            answer = f"refused: {error}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
