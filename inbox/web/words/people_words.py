"""How people and their numbers read."""

import unicodedata
from zlib import crc32

from flask import Blueprint

from inbox.models import Conversation, Guest
from inbox.services.guests.phone_numbers import calling_code

TINTS = 8
_LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def phone(digits: str | None) -> str:
    """+34 600 123 456 from 34600123456; '' when there is no number."""
    if not digits or not digits.isdigit():
        return digits or ""
    code = calling_code(digits)
    rest = digits[len(code) :]
    if code == "1" and len(rest) == 10:
        return f"+1 {rest[:3]} {rest[3:6]} {rest[6:]}"
    return f"+{code} {_in_threes(rest)}".rstrip()


def _in_threes(digits: str) -> str:
    """Groups of three counted from the end; a lone first digit joins its neighbour."""
    head = len(digits) % 3
    if head == 1 and len(digits) > 3:
        head = 4
    groups = [digits[:head]] if head else []
    groups += [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return " ".join(groups)


def guest_name(guest: Guest) -> str:
    """What the desk calls this guest, with a bare number made readable."""
    return guest.name or phone(guest.phone) or guest.display_name


def initials(name: str) -> str:
    """Two letters to know a face by: LS, نح, +4. One character for names without words in Latin."""
    words = [word for word in name.split() if any(c.isalnum() or c == "+" for c in word)]
    if not words:
        return "?"
    if words[0].startswith("+"):
        return words[0][:2]
    letters = [_first_letter(words[0])]
    if len(words) > 1:
        letters.append(_first_letter(words[-1]))
    return "".join(letters).upper()


def _first_letter(word: str) -> str:
    return next((c for c in word if unicodedata.category(c)[0] in "LN"), word[0])


def tint(key: object) -> str:
    """One of eight avatar colours, the same for the same key everywhere."""
    return f"tint-{crc32(str(key).encode()) % TINTS + 1}"


def language(code: str) -> str:
    """Spanish from es or es-MX; the code itself when we do not know it."""
    return _LANGUAGES.get(code.lower().replace("_", "-").partition("-")[0], code)


def own_phone(conversation: Conversation) -> str:
    """The digits of the number that this conversation is with: a merged guest has several."""
    user, _, domain = conversation.chat_id.partition("@")
    return user if domain == "c.us" else conversation.guest.phone


def first_name(name: str) -> str:
    """Ana from Ana Ruiz."""
    return name.split()[0] if name.split() else name


def address_words(chat_id: str) -> str:
    """A chat id as the desk knows it: the phone number, or that WhatsApp hides it."""
    user, _, domain = chat_id.partition("@")
    return phone(user) if domain == "c.us" else "hidden number"


def register(blueprint: Blueprint) -> None:
    """Offer the functions above to every template, as filters under their own names."""
    for name, function in (
        ("address_words", address_words),
        ("phone", phone),
        ("guest_name", guest_name),
        ("initials", initials),
        ("first_name", first_name),
        ("tint", tint),
        ("language", language),
        ("own_phone", own_phone),
    ):
        blueprint.add_app_template_filter(function, name)
