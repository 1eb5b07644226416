"""A phone number as somebody at the desk writes it: which country it is meant in."""

import re

from sqlalchemy import select

from inbox.errors import Invalid
from inbox.extensions import db
from inbox.greenapi import ChatId, from_phone
from inbox.models import Instance

# ITU calling codes of one and two digits; every other code has three.
_SHORT_CODES = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u00a0\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_ABROAD = re.compile(r"\+|00|tel:|.*@", re.ASCII)
KEEPS_ITS_ZERO = ("39",)  # a number in Italy begins with 0 from abroad too
LONG = 11  # digits: what is as long as this and longer than a number at home names its country
WITH_CODE = "Write the number with its country code, such as +44 7700 900318."


def calling_code(digits: str) -> str:
    """The country's part of a whole number: 34 of 34600123456."""
    short = _SHORT_CODES.match(digits)
    return short[0] if short else digits[:3]


def of_hotel(hotel_id: int, text: str, *, name: str = "phone") -> ChatId:
    """The address of a number written at this hotel; see `chat_id`. Raises `Invalid`."""
    return chat_id(text, _home(hotel_id), name=name)


def _home(hotel_id: int) -> str:
    """The hotel's own number, '' when none is known or they are in different countries."""
    wids = db.session.scalars(
        select(Instance.wid)
        .where(Instance.hotel_id == hotel_id, Instance.wid.like("%@c.us"))
        .order_by(Instance.id)
    )
    own = [wid.partition("@")[0].partition(":")[0] for wid in wids]
    return own[0] if len({calling_code(digits) for digits in own}) == 1 else ""


def chat_id(text: str, home: str, *, name: str = "phone") -> ChatId:
    """The address of a number written in any usual way. `home` are the digits of the hotel's own
    number, '' when unknown: without a country code the hotel's country is meant, if that is as
    long as the numbers there are. Raises `Invalid` under this field name, in words.
    """
    try:
        if _ABROAD.match(text.strip()):
            return from_phone(text)
        return from_phone(_at_home(_PUNCTUATION.sub("", text), home))
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def _at_home(digits: str, home: str) -> str:
    """The whole number. Raises ValueError when it is not clear which country is meant."""
    if not (digits.isascii() and digits.isdigit()):
        return digits  # nothing to guess from: whoever reads it says what is wrong
    code = calling_code(home) if home else ""
    length = len(home) - len(code)
    without_zero = digits[1:] if digits.startswith("0") and code not in KEEPS_ITS_ZERO else digits
    if code and len(without_zero) == length:
        return code + without_zero
    is_whole = len(digits) == len(home) and digits.startswith(code)
    if digits.startswith("0") or not (is_whole or len(digits) >= max(LONG, length + 2)):
        raise ValueError(WITH_CODE)
    return digits
