"""The people at the other end: who they are and what reached their phones."""

import time
from dataclasses import dataclass, field

from inbox.simulator.contents import Content, Json


class BadGuest(ValueError):
    """A guest that cannot be defined so; the message says why in words."""


@dataclass
class Guest:
    """One person, or one group, on WhatsApp.

    `reads` is "auto" (opens the chat after a while), "manual" (only through the control API) or
    "never" (hides read receipts). With `phone_on` False messages stay at one tick. `phone` are the
    digits behind a LID, '' when WhatsApp hides them. `disappearing`: messages in this chat vanish.
    """

    chat_id: str
    name: str = ""
    contact_name: str = ""
    language: str = ""
    phone: str = ""
    exists: bool = True
    reads: str = "auto"
    phone_on: bool = True
    disappearing: bool = False
    received: list[Json] = field(default_factory=list)
    written: list[Json] = field(default_factory=list)
    _on_phone: dict[str, Json] = field(default_factory=dict, repr=False)
    _unread: dict[str, Json] = field(default_factory=dict, repr=False)

    def take(self, id_message: str, content: Content, **more: object) -> None:
        """Put a message on the phone, with the time and its place in the order."""
        message: Json = {
            "order": len(self.received) + 1,
            "received_at": time.time(),
            "idMessage": id_message,
            "chatId": self.chat_id,
            "type": content.kind,
            "text": content.text,
            "content": content.journal,
        }
        message.update(more)
        self.received.append(message)
        self._on_phone[id_message] = message

    def find(self, id_message: str) -> Json | None:
        """A message on the phone; what is changed in it is changed on the phone."""
        return self._on_phone.get(id_message)

    def write(self, id_message: str, content: Content) -> None:
        """Remember what the guest wrote. It has no blue ticks until the hotel reads it."""
        message: Json = {
            "written_at": time.time(),
            "idMessage": id_message,
            "chatId": self.chat_id,
            "type": content.kind,
            "text": content.text,
            "read_by_hotel": False,
        }
        self.written.append(message)
        self._unread[id_message] = message

    def get_blue_ticks(self, id_message: str = "") -> None:
        """The hotel has read one message, or all of them."""
        for one in [id_message] if id_message else list(self._unread):
            if message := self._unread.pop(one, None):
                message.update(read_by_hotel=True, read_at=time.time())

    def change(self, changes: Json) -> None:
        """Apply a control request; BadGuest when a key or value is wrong."""
        kinds: dict[str, type] = {
            "name": str,
            "contact_name": str,
            "language": str,
            "phone": str,
            "reads": str,
            "exists": bool,
            "phone_on": bool,
            "disappearing": bool,
        }
        for key, value in changes.items():
            if key not in kinds or not isinstance(value, kinds[key]):
                raise BadGuest(f"a guest has no key {key} of that type")
        if changes.get("reads", "auto") not in ("auto", "manual", "never"):
            raise BadGuest("reads must be auto, manual or never")
        for key, value in changes.items():
            setattr(self, key, value)

    def as_json(self) -> Json:
        """The guest as the control API shows them."""
        return {
            "chat_id": self.chat_id,
            "name": self.name,
            "contact_name": self.contact_name,
            "language": self.language,
            "phone": self.phone,
            "exists": self.exists,
            "reads": self.reads,
            "phone_on": self.phone_on,
            "disappearing": self.disappearing,
            "received": len(self.received),
            "written": len(self.written),
            "unread_by_hotel": len(self._unread),
        }
