"""The outside of a webhook: what stands around the message or status."""

import time

from inbox.simulator.config import InstanceConfig
from inbox.simulator.contents import Json
from inbox.simulator.guests import Guest


def envelope(
    config: InstanceConfig, state: str, kind: str, fields: Json, timestamp: int | None
) -> Json:
    """A webhook body as documented; without a linked phone the wid is empty."""
    instance_data: Json = {
        "idInstance": config.id_instance,
        "wid": config.wid if state != "notAuthorized" else "",
        "typeInstance": "whatsapp",
    }
    body: Json = {"typeWebhook": kind, "instanceData": instance_data}
    if timestamp is not None:
        body["timestamp"] = timestamp
    return {**body, **fields}


def own_sender(config: InstanceConfig, guest: Guest) -> Json:
    """senderData of what the hotel sent: itself as the sender, the guest as the chat."""
    return {
        "chatId": guest.chat_id,
        "chatName": guest.name,
        "sender": config.wid,
        "senderName": config.name,
        "senderContactName": "",
    }


def status_fields(
    chat_id: str, id_message: str, status: str, description: str, by_api: bool
) -> Json:
    """The fields of outgoingMessageStatus; description only where there is one."""
    fields: Json = {
        "chatId": chat_id,
        "idMessage": id_message,
        "status": status,
        "sendByApi": by_api,
    }
    if description:
        fields["description"] = description
    return fields


def now() -> int:
    """Unix seconds, as every webhook counts."""
    return int(time.time())
