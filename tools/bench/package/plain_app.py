"""The cold start of Chalice with boto3: the minimum for an application with a table and secrets."""

import boto3
from chalice.app import Chalice

app = Chalice(app_name="plain")
table = boto3.client("dynamodb")
secrets = boto3.client("secretsmanager")


@app.route("/")
def index() -> dict[str, str]:
    """Returns a constant."""
    return {"hello": "world"}
