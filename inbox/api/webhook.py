"""POST /api/v1/whatsapp/webhook: what Green API tells us, for all hotels on one address (D2)."""

import logging
import sys
from dataclasses import dataclass, field

from flask import Blueprint, current_app, jsonify, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import (
    HTTPException,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)

from inbox.services.intake import bodies
from inbox.services.intake.bodies import WebhookBody
from inbox.services.intake.group_commit import group_commit
from inbox.services.lines import webhook_senders
from inbox.services.lines.rejections import Rejections
from inbox.services.lines.webhook_limits import FailedAttempts, WebhookRate
from inbox.services.lines.webhook_senders import Credentials, WebhookSender, WebhookSenders
from inbox.vault.secrets import SecretUnreadable

log = logging.getLogger(__name__)

BODY_LIMIT = 4 * 1024 * 1024  # a notification with two base64 thumbnails stays far below
BEGINNING = 4 * 1024  # of a body that proves nothing: whom it names stands in its first lines
COME_BACK_SECONDS = 60

blueprint = Blueprint("webhook", __name__)


@dataclass(frozen=True)
class WebhookGate:
    """What one process remembers between webhooks. None of it decides who is let in."""

    rate: WebhookRate
    senders: WebhookSenders = field(default_factory=WebhookSenders)
    failed_attempts: FailedAttempts = field(default_factory=FailedAttempts)
    rejections: Rejections = field(default_factory=Rejections)


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
    shown = Credentials(
        request.headers.get("Authorization"), request.headers.get("X-Webhook-Signature")
    )
    try:
        sender, body = _accepted(gate, shown, gate.senders.remembered(shown))
    except SecretUnreadable as error:
        log.error("the secrets of a number do not open: %s", error)
        raise _not_now("The secrets of this instance cannot be read.") from None
    if not gate.rate.allows(sender.id):
        log.error("instance row %d brings more webhooks than are taken", sender.id)
        raise _not_now("Too many at once.")
    if sender.rejected_count:
        gate.rejections.over(sender.id)
    return jsonify({"status": group_commit.receive(sender.id, body)})


def _accepted(
    gate: WebhookGate, shown: Credentials, senders: list[WebhookSender]
) -> tuple[WebhookSender, WebhookBody]:
    """Find the number that a webhook speaks for, and read its body: once the token is known, or to
    check a signature. Raises `Unauthorized`, `TooManyRequests`, `SecretUnreadable`.
    """
    senders = senders or _looked_up(gate, shown)
    raw = _raw()
    is_only_signed = not senders
    if is_only_signed:
        senders = webhook_senders.signing(raw)
    signed = [one for one in senders if one.accepts(shown, raw)]
    if signed:
        body = bodies.read(raw)
        for sender in signed:
            if body.id_instance is None or body.id_instance == sender.id_instance:
                if is_only_signed:
                    gate.failed_attempts.proved(request.remote_addr or "")
                return sender, body
    raise _refusal(gate, raw[:BEGINNING])


def _looked_up(gate: WebhookGate, shown: Credentials) -> list[WebhookSender]:
    """Look for a token that nobody showed before; none for a request that is only signed. Whoever
    fails pays before the work is done.
    """
    address = request.remote_addr or ""
    if not gate.failed_attempts.begin(address):
        raise TooManyRequests(retry_after=COME_BACK_SECONDS)
    senders = gate.senders.looked_up(shown)
    if senders:
        gate.failed_attempts.proved(address)
    elif shown.authorization is not None or not shown.signature:
        raise _refusal(gate, _beginning())
    return senders


def _refusal(gate: WebhookGate, beginning: bytes) -> HTTPException:
    """Say no, and tell the number that is named: its own webhooks may be turned away (Z6)."""
    id_instances = webhook_senders.named_in(beginning)
    if gate.senders.is_unreadable(id_instances):
        return _not_now("The secrets of this instance cannot be read.")
    named = webhook_senders.named(id_instances)
    if named:
        gate.rejections.note(named[0].id)
    elif id_instances:
        log.warning("a webhook for an instance that is not linked here")
    return Unauthorized("The webhook token is not that of the instance.")


def _not_now(words: str) -> ServiceUnavailable:
    return ServiceUnavailable(words, retry_after=COME_BACK_SECONDS)


def _beginning() -> bytes:
    """Read the first bytes of a body, however long it says it is; the rest is nobody's business."""
    request.max_content_length = sys.maxsize
    return request.stream.read(BEGINNING)


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
