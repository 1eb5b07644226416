"""The JSON API under /api/v1. Errors are `{"error": {"code", "message", "fields"}}`."""

from flask import Blueprint

from inbox.api import description, errors, messages, texts, webhook
from inbox.extensions import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

for _noun in (webhook, texts, messages, description):
    csrf.exempt(_noun.blueprint)  # callers show a token in a header, never a cookie
    blueprint.register_blueprint(_noun.blueprint)
errors.register(blueprint)
