"""The Chalice application that `chalice deploy` deploys."""

from __future__ import annotations

from chalicelib.http.application import Application
from chalicelib.http.json_log import write_json_lines
from chalicelib.http.middleware import answer

app = Application("gatehouse")
write_json_lines(app.log)
# API Gateway corrupts uploaded files unless multipart is a binary type, and Chalice's defaults omit it. URL-encoded
# forms are listed too: Chalice refuses to deploy a route whose content types are partly binary.
app.api.binary_types.extend(("multipart/form-data", "application/x-www-form-urlencoded"))
app.register_middleware(answer, "http")
