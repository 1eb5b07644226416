"""POST /api/v1/whatsapp/webhook: what Green API tells us, for all hotels on one address (D2)."""

import logging

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable, Unauthorized

from inbox.models import Instance
from inbox.security.secrets import SecretUnreadable
from inbox.security.webhook_auth import Credentials, accepts
from inbox.services import instances, notices, receiving

log = logging.getLogger(__name__)

BODY_LIMIT = 4 * 1024 * 1024  # a notification with two base64 thumbnails stays far below

blueprint = Blueprint("webhook", __name__)


@blueprint.post("/whatsapp/webhook")
def receive() -> ResponseReturnValue:
    """200 for everything that is authenticated; 401 for a wrong token; 413 for a body over the
    cap.
    """
    raw = _body()
    instance = _sender(raw)
    if instance is None:
        raise Unauthorized("The webhook token is not that of the instance.")
    state = receiving.receive(instance.id, raw)
    return jsonify({"status": state})


def _body() -> bytes:
    """The bytes as they came. A chunked body tells its length only by being read: one byte more
    than the cap is asked for, since werkzeug cuts what is longer without a word."""
    request.max_content_length = BODY_LIMIT + 1
    too_large = RequestEntityTooLarge(f"A webhook may hold {BODY_LIMIT // 1024 // 1024} MB.")
    if (request.content_length or 0) > BODY_LIMIT:
        raise too_large
    raw = request.get_data(cache=False)
    if len(raw) > BODY_LIMIT:
        raise too_large
    return raw


def _sender(raw: bytes) -> Instance | None:
    """The instance that this request speaks for, if it proves it."""
    shown = Credentials(
        request.headers.get("Authorization"), request.headers.get("X-Webhook-Signature")
    )
    broken = False
    for instance in _candidates(raw):
        try:
            if _accepted(instance, shown, raw):
                return instance
        except SecretUnreadable as error:
            broken = True
            log.error("the secrets of instance row %d do not open: %s", instance.id, error)
    if broken:
        raise ServiceUnavailable("The secrets of this instance cannot be read.", retry_after=60)
    return None


def _candidates(raw: bytes) -> list[Instance]:
    """The instance the body names; every one, when it names none that could be understood."""
    id_instance = notices.named_instance(raw)
    if id_instance is None:
        return receiving.all_instances()
    found = receiving.find_instance(id_instance)
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
