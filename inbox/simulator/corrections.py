"""Editing and deleting what was sent: on the guest's phone, in the journal and by webhook."""

import time

from inbox.simulator import contents
from inbox.simulator.addresses import new_message_id
from inbox.simulator.contents import TEXT_KINDS, Content, Json
from inbox.simulator.envelopes import now
from inbox.simulator.instance import Instance
from inbox.simulator.journal import Entry

_NOT_EDITED = "The message was not edited"


def edit(instance: Instance, chat_id: str, id_message: str, text: str) -> str | None:
    """Give a sent text other words; the edit's own id, None for what the API never sent there.

    What WhatsApp does not allow (a file, a text of more than a quarter of an hour ago) is taken
    all the same, and a webhook tells that it failed.
    """
    with instance.lock:
        copy = _on_phone(instance, chat_id, id_message)
        if copy is None:
            return None
        id_edit = new_message_id()
        in_time = _is_in_time(instance, copy, instance.timing().edit_within_seconds)
        if not in_time or copy["type"] not in TEXT_KINDS or copy.get("deleted"):
            instance.note_status(chat_id, id_edit, "failed", _NOT_EDITED)
            return id_edit
        copy.setdefault("edits", []).append({"text": copy["text"], "edited_at": time.time()})
        copy["text"] = text
        words = {"textMessage": text, "extendedTextMessage": {"text": text}}
        _change_journal(instance, id_message, isEdited=True, **words)
        news = contents.edited(text, id_message)
        _tell(instance, chat_id, id_edit, news, "editedMessageWebhook")
        return id_edit


def delete(instance: Instance, chat_id: str, id_message: str, only_sender: bool) -> bool:
    """Delete a sent message; False for what the API never sent there.

    With `only_sender`, and after two and a half days, the guest keeps it.
    """
    with instance.lock:
        copy = _on_phone(instance, chat_id, id_message)
        if copy is None:
            return False
        in_time = _is_in_time(instance, copy, instance.timing().delete_within_seconds)
        if in_time and not only_sender and not copy.get("deleted"):
            copy.update(deleted=True, deleted_at=time.time())
            _change_journal(instance, id_message, isDeleted=True)
            news = contents.deleted(id_message)
            _tell(instance, chat_id, new_message_id(), news, "deletedMessageWebhook")
        return True


def _on_phone(instance: Instance, chat_id: str, id_message: str) -> Json | None:
    """The guest's copy of a message that the API sent."""
    guest = instance.guests.get(chat_id)
    copy = guest.find(id_message) if guest else None
    return None if copy is None or copy.get("from_phone") else copy


def _is_in_time(instance: Instance, copy: Json, seconds: float) -> bool:
    return time.time() - float(copy["received_at"]) <= instance.timing().scaled(seconds)


def _change_journal(instance: Instance, id_message: str, **changes: object) -> None:
    if entry := instance.journal.find(id_message):
        entry.extra = {**entry.extra, **changes}


def _tell(instance: Instance, chat_id: str, id_news: str, news: Content, switch: str) -> None:
    if instance.records("outgoingAPIMessageWebhook", "outgoingWebhook"):
        extra = {"sendByApi": True}
        instance.journal.add(Entry("outgoing", id_news, chat_id, news, now(), extra=extra))
    if instance.is_on(switch):
        instance.echo(chat_id, id_news, news)
