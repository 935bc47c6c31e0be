"""The one Chalice application: what `chalice deploy` deploys."""

from __future__ import annotations

from chalicelib.http.application import Application
from chalicelib.http.json_log import write_json_lines
from chalicelib.http.middleware import answer

app = Application("gatehouse")
write_json_lines(app.log)
# Chalice's list lacks it, and API Gateway spoils the bytes of an uploaded file otherwise. The other form goes with it:
# a route that takes both is not deployed unless both are treated alike.
app.api.binary_types.extend(("multipart/form-data", "application/x-www-form-urlencoded"))
app.register_middleware(answer, "http")
