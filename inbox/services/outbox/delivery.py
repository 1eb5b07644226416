"""Handing a claimed message over to Green API: one method a kind. Network only, no database."""

from collections.abc import Callable

from inbox.greenapi import GreenApi
from inbox.services.messages.outgoing import FILE_KINDS
from inbox.services.outbox.outbox import Claim


def hand_over(client: GreenApi, claim: Claim) -> str:
    """Make the one call that sends this message and return Green API's id. Raises
    `GreenApiError`, which carries the decision.
    """
    if "forward" in claim.payload:
        return _forward(client, claim)
    return _SENDERS[claim.kind](client, claim)


def _forward(client: GreenApi, claim: Claim) -> str:
    source = claim.payload["forward"]
    return client.forward_messages(claim.chat_id, source["chat_id"], [source["id_message"]])[0]


def _text(client: GreenApi, claim: Claim) -> str:
    quoted = claim.quoted_id_message or None
    return client.send_message(claim.chat_id, claim.body, quoted_message_id=quoted).id_message


def _file(client: GreenApi, claim: Claim) -> str:
    return client.send_file_by_url(
        claim.chat_id,
        claim.file_url,
        claim.file_name,
        caption=claim.body,
        quoted_message_id=claim.quoted_id_message or None,
    ).id_message


def _location(client: GreenApi, claim: Claim) -> str:
    return client.send_location(
        claim.chat_id,
        claim.payload["latitude"],
        claim.payload["longitude"],
        name=claim.payload.get("name", ""),
        address=claim.payload.get("address", ""),
        quoted_message_id=claim.quoted_id_message or None,
    ).id_message


def _contact(client: GreenApi, claim: Claim) -> str:
    return client.send_contact(
        claim.chat_id,
        claim.payload["phone"],
        first_name=claim.payload["display_name"],
        quoted_message_id=claim.quoted_id_message or None,
    ).id_message


def _poll(client: GreenApi, claim: Claim) -> str:
    return client.send_poll(
        claim.chat_id,
        claim.body,
        claim.payload["options"],
        multiple=bool(claim.payload.get("multiple")),
        quoted_message_id=claim.quoted_id_message or None,
    ).id_message


_SENDERS: dict[str, Callable[[GreenApi, Claim], str]] = {
    "text": _text,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    **dict.fromkeys(FILE_KINDS, _file),
}
