"""The one place that understands chat ids.

    71111111111@c.us        a person; the digits are the phone number
    71111111111:3@c.us      the same person's third device; the suffix is not part of the address
    120363043968066561@g.us a group (old style: <phone>-<time>@g.us)
    26440190443@lid         a person without a phone number: the digits are NOT a number to call
    status@broadcast        stories
    …@newsletter            channels

A chat id is stored as it came and answered as it came. `match_keys` is for recognising somebody
who has two spellings of one number, never for rewriting an address.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from inbox.greenapi.fields import clean

Kind = Literal["person", "group", "lid", "status", "newsletter", "unknown"]

_ID = re.compile(r"([0-9]{1,25}(?:-[0-9]{1,20})?)(?::([0-9]{1,5}))?@(c\.us|g\.us|lid|newsletter)")
_KINDS: dict[str, Kind] = {
    "c.us": "person",
    "g.us": "group",
    "lid": "lid",
    "newsletter": "newsletter",
}
_DOMAINS: dict[Kind, str] = {kind: domain for domain, kind in _KINDS.items()}
_SENDABLE: frozenset[Kind] = frozenset({"person", "group", "lid"})

_ALIASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"521([0-9]{10})"), r"52\1"),  # Mexico, the mobile 1 of before 2020
    (re.compile(r"52([0-9]{10})"), r"521\1"),
    (re.compile(r"549([0-9]{10})"), r"54\1"),  # Argentina, the mobile 9
    (re.compile(r"54([0-9]{10})"), r"549\1"),
    # Brazil's ninth digit was put before mobiles only (6 to 9): 3456-7890 is a landline, and
    # 93456-7890 may be a stranger.
    (re.compile(r"55([1-9][0-9])9([6-9][0-9]{7})"), r"55\1\2"),
    (re.compile(r"55([1-9][0-9])([6-9][0-9]{7})"), r"55\g<1>9\2"),
)


@dataclass(frozen=True, repr=False)
class ChatId:
    """A chat id, taken apart. `user` is the part before the @, without the device; `canonical` the
    address without the device, for an unknown id what came.
    """

    raw: str
    kind: Kind
    user: str
    device: int | None = None
    canonical: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        domain = _DOMAINS.get(self.kind)
        canonical = f"{self.user}@{domain}" if domain else self.raw
        object.__setattr__(self, "canonical", canonical)

    @property
    def phone(self) -> str | None:
        """The digits of a phone number; None for everything but a person with one."""
        return self.user if self.kind == "person" and 7 <= len(self.user) <= 15 else None

    @property
    def can_receive(self) -> bool:
        """Whether Green API takes a message for it."""
        return self.kind in _SENDABLE

    def __str__(self) -> str:
        return self.canonical

    def __repr__(self) -> str:
        """The last digits only: a phone number is personal data."""
        return f"ChatId({self.kind} …{self.user[-4:] if self.kind != 'unknown' else ''})"


def parse(text: object) -> ChatId:
    """Take a received id apart. Never raises: what is not understood is of kind 'unknown'."""
    raw = clean(text) if isinstance(text, str) else ""
    bare = raw.strip()
    if bare == "status@broadcast":
        return ChatId(raw, "status", "status")
    found = _ID.fullmatch(bare)
    if not found:
        return ChatId(raw, "unknown", bare)
    user, device, domain = found.groups()
    kind = _KINDS[domain]
    if "-" in user and kind != "group":
        return ChatId(raw, "unknown", bare)
    return ChatId(raw, kind, user, int(device) if device else None)


def address(chat_id: ChatId | str) -> str:
    """The text of a chat id for Green API: without device, otherwise as it is."""
    return (parse(chat_id) if isinstance(chat_id, str) else chat_id).canonical


def match_keys(chat_id: ChatId) -> tuple[str, ...]:
    """Keys under which somebody may already be known, the exact one first. For matching only.

    Phone numbers give digits (their own, then the aliases of Mexico, Argentina and Brazil);
    everything else gives its canonical text.
    """
    phone = chat_id.phone
    if phone is None:
        return (chat_id.canonical,)
    aliases = (pattern.fullmatch(phone) and pattern.sub(to, phone) for pattern, to in _ALIASES)
    return tuple(dict.fromkeys([phone, *(alias for alias in aliases if alias)]))


def from_phone(text: str) -> ChatId:
    """The chat id of a number typed by a person ("+44 7700 900318", "0044…", "44 (0)7700…").

    Raises ValueError whose text is a sentence for that person.
    """
    if "@" in text:
        return _from_written_id(text)
    digits = _digits(text)
    if not 7 <= len(digits) <= 15:
        raise ValueError("A phone number with its country code has 7 to 15 digits.")
    if digits.startswith("7") and len(digits) != 11:
        raise ValueError("Numbers that start with +7 have 11 digits.")
    if digits.startswith("1") and not re.fullmatch(r"1[2-9][0-9]{9}", digits):
        raise ValueError("Numbers that start with +1 have 11 digits, and no 0 or 1 after the 1.")
    return ChatId(f"{digits}@c.us", "person", digits)


def _from_written_id(text: str) -> ChatId:
    chat_id = parse(text.strip())
    if chat_id.kind == "person" and chat_id.phone:
        return ChatId(chat_id.canonical, "person", chat_id.user)
    if re.search("[\u0400-\u04ff]", text):
        raise ValueError("The address contains a Cyrillic letter. Type c.us with Latin letters.")
    raise ValueError("This is not a phone number.")


def _digits(text: str) -> str:
    """International digits, without +, 00 and punctuation."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("tel:")
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc"))
    has_plus = plain.lstrip(" (").startswith("+")
    plain = re.sub(r"(?<=[0-9\s])\(0\)", "", plain)
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Zs", "Pd"))
    plain = re.sub(r"[()./]", "", plain).removeprefix("+")
    if not plain or any(unicodedata.category(c) != "Nd" for c in plain):
        raise ValueError("Type the phone number with digits only, for example +44 7700 900318.")
    digits = "".join(str(unicodedata.digit(c)) for c in plain)
    if not has_plus and digits.startswith("00"):
        digits = digits[2:]
    if digits.startswith("0"):
        raise ValueError("Start with the country code, for example +44 7700 900318.")
    return digits
