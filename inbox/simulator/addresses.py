"""Chat ids as Green API accepts them, and its words when it does not."""

import re
import secrets

_CHAT_ID = re.compile(r"[0-9]+@(?:c\.us|lid)|[0-9]+(?:-[0-9]+)?@g\.us", re.ASCII)
_PERSON = re.compile(r"[0-9]+@(?:c\.us|lid)", re.ASCII)

ANY_CHAT_WORDS = (
    "'chatId' must be one of the next formats: "
    "'phone_number@c.us', 'chat_id@lid' or 'group_id@g.us'"
)
PERSON_WORDS = "'chatId' must be one of the next formats: 'phone_number@c.us' or 'chat_id@lid'"


def is_chat_id(value: object) -> bool:
    """True for a person, a LID or a group; a Cyrillic letter or a newsletter is none of them."""
    return isinstance(value, str) and _CHAT_ID.fullmatch(value) is not None


def is_person(value: object) -> bool:
    """True for a phone number's id or a LID."""
    return isinstance(value, str) and _PERSON.fullmatch(value) is not None


def new_message_id() -> str:
    """An id in the shape WhatsApp gives: upper-case hex that begins with 3EB0."""
    return "3EB0" + secrets.token_hex(9).upper()
