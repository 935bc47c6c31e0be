"""The cold start of the libraries alone, without code of the product: the minimum for a sign-in and a page.

Loaded and asked as the product does it: five calls to AWS at a sign-in, the collector waiting until the answer.
"""

import gc

gc.disable()

import os  # noqa: E402
from typing import Any  # noqa: E402

from chalice.app import Chalice  # noqa: E402

app = Chalice(app_name="libraries")


@app.route("/sign-in")
def sign_in() -> dict[str, str]:
    """Imports all libraries and makes the AWS calls of a process's first sign-in, without verifying."""
    import lxml.etree
    import onelogin.saml2.utils
    import xmlsec
    from botocore.session import get_session
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    stage = os.environ["GATEHOUSE_STAGE"]
    table: Any = get_session().create_client("dynamodb")
    secrets: Any = get_session().create_client("secretsmanager")
    key = {"pk": {"S": "libraries"}, "sk": {"S": "libraries"}}
    for _ in range(2):
        secrets.get_secret_value(SecretId=f"gatehouse/{stage}/keys", VersionStage="AWSCURRENT")
        table.batch_get_item(RequestItems={f"gatehouse-{stage}": {"Keys": [key], "ConsistentRead": True}})
    table.transact_write_items(TransactItems=[{"Put": {"TableName": f"gatehouse-{stage}", "Item": key}}])
    loaded = (lxml.etree.fromstring, onelogin.saml2.utils, xmlsec.SignatureContext, load_der_public_key)
    return {"loaded": str(len(loaded))}


@app.route("/page")
def page() -> dict[str, str]:
    """Imports a template engine and creates a token, without rendering a page."""
    import hmac
    import secrets

    from jinja2 import Environment

    token = hmac.new(secrets.token_bytes(32), b"form", "sha256").hexdigest()
    return {"autoescape": str(Environment(autoescape=True).autoescape), "token": token}
