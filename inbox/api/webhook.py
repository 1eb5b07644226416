"""POST /api/v1/whatsapp/webhook: what Green API tells us, for all hotels on one address (D2)."""

import logging
from dataclasses import dataclass, field

from flask import Blueprint, current_app, jsonify, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import (
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)

from inbox.security.failed_attempts import FailedAttempts
from inbox.services.intake import bodies
from inbox.services.intake.group_commit import group_commit
from inbox.services.lines import webhook_tokens
from inbox.services.lines.rejections import Rejections
from inbox.services.lines.webhook_rate import WebhookRate
from inbox.services.lines.webhook_tokens import Credentials
from inbox.vault.secrets import SecretUnreadable

log = logging.getLogger(__name__)

BODY_LIMIT = 4 * 1024 * 1024  # a notification with two base64 thumbnails stays far below
COME_BACK_SECONDS = 60

blueprint = Blueprint("webhook", __name__)


@dataclass(frozen=True)
class WebhookGate:
    """What one process remembers between webhooks. None of it decides who is let in."""

    rate: WebhookRate
    failed_attempts: FailedAttempts = field(default_factory=FailedAttempts)
    rejections: Rejections = field(default_factory=Rejections)

    def refused(self, address: str, named_id: int | None) -> None:
        """Count a webhook that proved nothing, for its address and the number that it names."""
        if named_id is not None:
            self.rejections.note(named_id)
        self.failed_attempts.failed(address)


@blueprint.record
def _make_gate(state: BlueprintSetupState) -> None:
    """Give each application its own."""
    rate = WebhookRate(state.app.config["LOBBY"].webhook_rate)
    state.app.extensions["lobby_webhook_gate"] = WebhookGate(rate)


@blueprint.post("/whatsapp/webhook")
def receive() -> ResponseReturnValue:
    """Answer 200 for everything that is authenticated; 401 for a wrong token; 413 for a body over
    the cap; 503 for more than the database can take, 429 for who fails too often (decision 0005).
    """
    gate: WebhookGate = current_app.extensions["lobby_webhook_gate"]
    address = request.remote_addr or ""
    shown = Credentials(
        request.headers.get("Authorization"), request.headers.get("X-Webhook-Signature")
    )
    if not gate.failed_attempts.may_try(address, shown.authorization):
        raise TooManyRequests(retry_after=COME_BACK_SECONDS)
    body = bodies.read(_raw())
    try:
        proof = webhook_tokens.prove(body.id_instance, shown, body.raw)
    except SecretUnreadable:
        words = "The secrets of this instance cannot be read."
        raise ServiceUnavailable(words, retry_after=COME_BACK_SECONDS) from None
    sender = proof.sender
    if sender is None:
        gate.refused(address, proof.named_id)
        raise Unauthorized("The webhook token is not that of the instance.")
    gate.failed_attempts.proved(shown.authorization)
    if not gate.rate.allows(sender.id):
        log.error("instance row %d brings more webhooks than are taken", sender.id)
        raise ServiceUnavailable("Too many at once.", retry_after=COME_BACK_SECONDS)
    if sender.rejected_count:
        gate.rejections.over(sender.id)
    return jsonify({"status": group_commit.receive(sender.id, body)})


def _raw() -> bytes:
    """Read the bytes as they came. A chunked body tells its length only by being read: one byte
    more than the cap is asked for, since werkzeug cuts what is longer without a word.
    """
    request.max_content_length = BODY_LIMIT + 1
    too_large = RequestEntityTooLarge(f"A webhook may hold {BODY_LIMIT // 1024 // 1024} MB.")
    if (request.content_length or 0) > BODY_LIMIT:
        raise too_large
    raw = request.get_data(cache=False)
    if len(raw) > BODY_LIMIT:
        raise too_large
    return raw
