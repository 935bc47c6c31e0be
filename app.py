"""The one Chalice application: what `chalice deploy` deploys."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.routes.blueprints import BLUEPRINTS
from chalicelib.routes.json_lines import write_json_lines
from chalicelib.routes.methods import complete_methods
from chalicelib.routes.middleware import answer

app = Chalice(app_name="gatehouse")
write_json_lines(app.log)
# Chalice's list lacks it, and API Gateway spoils the bytes of an uploaded file otherwise.
app.api.binary_types.append("multipart/form-data")
app.register_middleware(answer, "http")
for blueprint in BLUEPRINTS:
    app.register_blueprint(blueprint)
complete_methods(app)
