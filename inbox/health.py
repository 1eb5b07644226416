"""GET /healthz and /readyz: is the process alive, and can it do its work?"""

import redis
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from inbox.dispatch.link import link
from inbox.services import readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process lives."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether database and Redis answer; 503 says which does not.

    Without Redis the product still works, half a second slower, and yet it is not ready: somebody
    should look.
    """
    parts = {"database": _words(readiness.database()), "redis": _words(_redis())}
    ready = all(words == "ok" for words in parts.values())
    return jsonify({"status": "ok" if ready else "unavailable", **parts}), 200 if ready else 503


def _redis() -> bool:
    try:
        return bool(link.client.ping())
    except (redis.RedisError, OSError):
        return False


def _words(answers: bool) -> str:
    return "ok" if answers else "does not answer"
