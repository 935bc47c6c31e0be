"""What a start of Chalice with boto3 costs: the least that an application with a table and secrets has."""

import boto3
from chalice.app import Chalice

app = Chalice(app_name="plain")
table = boto3.client("dynamodb")
secrets = boto3.client("secretsmanager")


@app.route("/")
def index() -> dict[str, str]:
    """Say something."""
    return {"hello": "world"}
