"""Setting a number up at Green API: where its webhooks go, and that all of them come."""

from sqlalchemy import select

from inbox.extensions import db
from inbox.greenapi import GreenApi, GreenApiError, State
from inbox.greenapi.fields import Fields
from inbox.models import Instance
from inbox.models.states import Receive
from inbox.services.lines import instances
from inbox.services.transaction import transaction
from inbox.vault.secrets import SecretUnreadable, vault

WEBHOOK_PATH = "/api/v1/whatsapp/webhook"

# docs/green-api.md 2.8: all of them are off on a new instance.
SWITCHES = (
    "incomingWebhook",
    "outgoingWebhook",
    "outgoingMessageWebhook",
    "outgoingAPIMessageWebhook",
    "stateWebhook",
    "pollMessageWebhook",
    "editedMessageWebhook",
    "deletedMessageWebhook",
    "incomingCallWebhook",
)


def connect(instance_id: int, public_url: str) -> str | None:
    """Point the number's webhooks at us, or at nobody when we collect them, and switch the
    notifications on. Returns None, or what went wrong in words; a phone that another instance is
    linked to is refused, since each would get a part of its messages (P22).

    Green API restarts the instance for this, which takes it up to five minutes. What it has queued
    stays queued: with a webhook address gone it is ours to collect (P21).
    """
    try:
        address = _webhook_address(instance_id, public_url)
        reach = instances.client(instance_id)
        twin = _twin(instance_id, reach)
        if twin:
            return f"This phone is linked already, through instance {twin}."
        reach.set_settings({**address, **dict.fromkeys(SWITCHES, True)})
    except GreenApiError as error:
        return error.words
    return None


def _webhook_address(instance_id: int, public_url: str) -> dict[str, object]:
    """The settings that say where the number's webhooks go. Raises `TokenUnreadable`."""
    instance = db.session.get_one(Instance, instance_id)
    if instance.receive == Receive.POLL:
        return {"webhookUrl": "", "webhookUrlToken": ""}
    try:
        token = vault.open(instance, "webhook_token") or ""
    except SecretUnreadable:
        raise instances.TokenUnreadable() from None
    return {"webhookUrl": public_url + WEBHOOK_PATH, "webhookUrlToken": token}


def _twin(instance_id: int, reach: GreenApi) -> int | None:
    """The id of another instance that the same phone is linked to, as far as is known."""
    try:
        wid = Fields(reach.get_settings()).word("wid")[:120]
    except GreenApiError:
        return None
    if not wid:
        return None
    with transaction() as work:
        work.session.get_one(Instance, instance_id).wid = wid
        return work.session.scalar(
            select(Instance.id_instance).where(
                Instance.wid == wid,
                Instance.id != instance_id,
                Instance.state == State.AUTHORIZED,
            )
        )
