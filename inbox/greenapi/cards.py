"""What points at something: a place, people, a group."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from inbox.greenapi.fields import Fields, moment


@dataclass(frozen=True)
class Location:
    """A place. A coordinate that is not on Earth is None."""

    latitude: float | None = field(repr=False)
    longitude: float | None = field(repr=False)
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    kind: Literal["location"] = "location"

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True)
class Contact:
    """A visiting card. `phone` is digits, from the card's `waid=` or its first number; or ''."""

    display_name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    vcard: str = field(default="", repr=False)
    kind: Literal["contact"] = "contact"

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True)
class Contacts:
    """Several visiting cards in one message, at least one."""

    cards: tuple[Contact, ...]
    kind: Literal["contacts"] = "contacts"

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True)
class GroupInvite:
    """An invitation to a group; `text` is what the inviter wrote beside it."""

    group_name: str = field(repr=False)
    text: str = field(default="", repr=False)
    expires_at: datetime | None = None
    kind: Literal["group_invite"] = "group_invite"


def _within(value: float | None, limit: float) -> float | None:
    return value if value is not None and -limit <= value <= limit else None


def read_location(block: Fields) -> Location:
    """The place of a `locationMessageData` or a journal's `location`."""
    return Location(
        latitude=_within(block.number("latitude"), 90),
        longitude=_within(block.number("longitude"), 180),
        name=block.text("nameLocation"),
        address=block.text("address"),
    )


_WAID = re.compile(r"waid=([0-9]{5,15})", re.IGNORECASE)
_TEL = re.compile(r"^(?:[\w-]+\.)?TEL[^:\r\n]*:([^\r\n]{5,40})", re.IGNORECASE | re.MULTILINE)


def read_contact(block: Fields) -> Contact:
    """The card of a `contactMessageData` or a journal's `contact`."""
    vcard = block.text("vcard")
    waid, tel = _WAID.search(vcard), _TEL.search(vcard)
    phone = waid[1] if waid else re.sub(r"[^0-9]", "", tel[1]) if tel else ""
    return Contact(display_name=block.text("displayName"), phone=phone, vcard=vcard)


def read_contacts(block: Fields) -> Contacts | None:
    """The cards of a `contacts` array; None when there is not one."""
    cards = tuple(read_contact(card) for card in block.blocks("contacts"))
    return Contacts(cards) if cards else None


def read_group_invite(block: Fields) -> GroupInvite | None:
    """The invitation in a `groupInviteMessageData`; None without the group it is about."""
    if not block.text("groupName", "groupJid"):
        return None
    expires = block.raw("inviteExpiration")
    if isinstance(expires, dict):  # a 64-bit integer in two halves, as one of the SDKs has it
        expires = expires.get("low")
    return GroupInvite(
        group_name=block.text("groupName"),
        text=block.text("caption"),
        expires_at=moment(expires),
    )
