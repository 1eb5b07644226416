"""POST /api/v1/whatsapp/webhook: what Green API tells us, for all hotels on one address (D2)."""

import logging
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge, Unauthorized

from inbox.models import Instance
from inbox.security.webhook_auth import Credentials, accepts
from inbox.services import instances, notices, receiving

log = logging.getLogger(__name__)

BODY_LIMIT = 4 * 1024 * 1024  # a notification with two base64 thumbnails stays far below

blueprint = Blueprint("webhook", __name__)


@blueprint.post("/whatsapp/webhook")
def receive() -> ResponseReturnValue:
    """200 for everything that is authenticated; 401 for a wrong token; 413 for a body over the cap."""
    raw = _body()
    instance = _sender(raw)
    if instance is None:
        raise Unauthorized("The webhook token is not that of the instance.")
    state = receiving.receive(instance.id, raw)
    return jsonify({"status": state})


def _body() -> bytes:
    request.max_content_length = BODY_LIMIT
    if (request.content_length or 0) > BODY_LIMIT:
        raise RequestEntityTooLarge(f"A webhook may hold {BODY_LIMIT // 1024 // 1024} MB.")
    return request.get_data(cache=False)


def _sender(raw: bytes) -> Instance | None:
    """The instance that this request speaks for, if it proves it."""
    shown = Credentials(
        request.headers.get("Authorization"), request.headers.get("X-Webhook-Signature")
    )
    return next((one for one in _candidates(raw) if _accepted(one, shown, raw)), None)


def _candidates(raw: bytes) -> list[Instance]:
    """The instance the body names; every one, when the body cannot even be read."""
    try:
        id_instance = _id_instance(notices.as_object(raw))
    except notices.Unreadable:
        return receiving.all_instances()
    found = receiving.find_instance(id_instance) if id_instance is not None else None
    if found is None:
        log.warning("a webhook for an instance that is not linked here")
    return [found] if found else []


def _accepted(instance: Instance, shown: Credentials, raw: bytes) -> bool:
    return accepts(
        shown,
        raw,
        webhook_token=instances.opened(instance, "webhook_token"),
        signature_secret=instances.opened(instance, "signature_secret"),
    )


def _id_instance(body: Any) -> int | None:
    data = body.get("instanceData")
    value = data.get("idInstance") if isinstance(data, dict) else None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:19])
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value < 2**63 else None
