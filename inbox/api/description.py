"""GET …/openapi.json: the description of this API, for programs that read such a thing."""

from pathlib import Path

from flask import Blueprint, Response

FILE = Path(__file__).with_name("openapi.json")

blueprint = Blueprint("description", __name__)


@blueprint.get("/openapi.json")
def show() -> Response:
    """The same for everybody, without a token: it tells nothing of any hotel."""
    return Response(FILE.read_bytes(), mimetype="application/json")
