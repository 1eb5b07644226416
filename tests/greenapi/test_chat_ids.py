"""Chat ids as they arrive, and phone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.greenapi.chat_ids import ChatId, address, from_phone, match_keys, parse


@pytest.mark.parametrize(
    ("text", "kind", "user", "device", "canonical", "phone"),
    [
        ("79001234567@c.us", "person", "79001234567", None, "79001234567@c.us", "79001234567"),
        ("71111111111:3@c.us", "person", "71111111111", 3, "71111111111@c.us", "71111111111"),
        ("120363043968066561@g.us", "group", "120363043968066561", None, None, None),
        ("79001234567-1581234048@g.us", "group", "79001234567-1581234048", None, None, None),
        ("26440190443@lid", "lid", "26440190443", None, None, None),
        ("26440190443:12@lid", "lid", "26440190443", 12, "26440190443@lid", None),
        ("status@broadcast", "status", "status", None, None, None),
        ("120363025343298765@newsletter", "newsletter", "120363025343298765", None, None, None),
        (" 79001234567@c.us\n", "person", "79001234567", None, "79001234567@c.us", "79001234567"),
        ("0@c.us", "person", "0", None, "0@c.us", None),
    ],
)
def test_a_known_id_is_taken_apart(
    text: str, kind: str, user: str, device: int | None, canonical: str | None, phone: str | None
) -> None:
    chat_id = parse(text)
    assert (chat_id.kind, chat_id.user, chat_id.device) == (kind, user, device)
    assert (chat_id.raw, chat_id.canonical, chat_id.phone) == (text, canonical or text, phone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11001234567@с.us",  # Cyrillic, as in published samples
        "79001234567",
        "+79001234567@c.us",
        "٧٩٠٠١٢٣٤٥٦٧@c.us",
        "79001234567-1@c.us",
        "79001234567@c.us@c.us",
        "79001234567@s.whatsapp.net",
        "7900@C.US",
        "@c.us",
        "1" * 400 + "@c.us",
        None,
        7,
        ["79001234567@c.us"],
    ],
)
def test_what_is_not_understood_is_unknown_and_not_a_phone(text: object) -> None:
    chat_id = parse(text)
    assert (chat_id.kind, chat_id.phone, chat_id.can_receive) == ("unknown", None, False)


@given(st.one_of(st.text(), st.none(), st.integers(), st.binary(), st.from_regex(r".*@.*")))
def test_parsing_never_raises_and_is_stable(text: object) -> None:
    chat_id = parse(text)
    again = parse(chat_id.canonical)
    assert (again.kind, again.canonical) == (chat_id.kind, chat_id.canonical)
    assert match_keys(chat_id)


def test_only_people_groups_and_lids_can_be_written_to() -> None:
    kinds = ["1@c.us", "1@g.us", "1@lid", "1@newsletter", "status@broadcast", "?"]
    assert [parse(text).can_receive for text in kinds] == [True, True, True, False, False, False]


def test_a_repr_keeps_the_number_to_itself() -> None:
    assert repr(parse("79001234567@c.us")) == "ChatId(person …4567)"
    assert "secret" not in repr(parse("secret"))


def test_an_address_is_a_text_without_device() -> None:
    assert address("71111111111:3@c.us") == address(parse("71111111111@c.us"))
    assert str(parse("71111111111:3@c.us")) == "71111111111@c.us"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5215512345678", "525512345678"),  # Mexico
        ("5491123456789", "541123456789"),  # Argentina
        ("5511987654321", "551187654321"),  # Brazil
    ],
)
def test_two_spellings_of_one_number_share_their_keys(one: str, other: str) -> None:
    first, second = parse(f"{one}@c.us"), parse(f"{other}@c.us")
    assert match_keys(first) == (one, other)
    assert match_keys(second) == (other, one)


@pytest.mark.parametrize(
    "phone",
    [
        "447700900318",
        "79001234567",
        "551134567890",  # a Brazilian landline
        "5511934567890",  # a mobile that must not be taken for that landline
        "5201234567",  # too short for Mexico
        "54111234",
    ],
)
def test_other_numbers_have_one_key(phone: str) -> None:
    assert match_keys(parse(f"{phone}@c.us")) == (phone,)


def test_a_lid_never_matches_a_phone_of_the_same_digits() -> None:
    digits = "5215512345678"
    assert match_keys(parse(f"{digits}@lid")) == (f"{digits}@lid",)
    assert match_keys(parse(f"{digits}@g.us")) == (f"{digits}@g.us",)


@given(st.from_regex(r"(52|521|54|549|55)[0-9]{8,11}", fullmatch=True))
def test_matching_is_mutual(digits: str) -> None:
    for alias in match_keys(ChatId(f"{digits}@c.us", "person", digits)):
        assert digits in match_keys(ChatId(f"{alias}@c.us", "person", alias))


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+44 7700 900318", "447700900318"),
        ("0044 7700 900318", "447700900318"),
        ("447700900318", "447700900318"),
        ("+44 (0)7700 900318", "447700900318"),
        ("+44 (0) 7700-900-318", "447700900318"),
        ("+1 (212) 555-0123", "12125550123"),
        ("(+39) 06.1234.5678", "390612345678"),
        ("tel:+49-30-1234567", "49301234567"),
        ("\u202a+7 900 123‑45‑67\u202c", "79001234567"),
        ("\uff0b7\u00a0900\u00a01234567", "79001234567"),
        ("+٤٤ ٧٧٠٠ ٩٠٠٣١٨", "447700900318"),
        ("447700900318@c.us", "447700900318"),
        ("447700900318:5@c.us", "447700900318"),
    ],
)
def test_a_typed_number_becomes_a_chat_id(typed: str, digits: str) -> None:
    assert from_phone(typed) == ChatId(f"{digits}@c.us", "person", digits)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "digits only"),
        ("   ", "digits only"),
        ("call me", "digits only"),
        ("+44 7700 900318 ext 4", "digits only"),
        ("07700 900318", "country code"),
        ("+0 7700 900318", "country code"),
        ("+44 12", "7 to 15 digits"),
        ("1234567890123456", "7 to 15 digits"),
        ("+7 900 123", "11 digits"),
        ("7700900318", "11 digits"),
        ("+1 0212 555 0123", "11 digits"),
        ("+1 012 555 0123", "no 0 or 1"),
        ("11001234567@с.us", "Cyrillic"),
        ("26440190443@lid", "not a phone number"),
        ("120363043968066561@g.us", "not a phone number"),
        ("guest@example.com", "not a phone number"),
    ],
)
def test_a_bad_number_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        from_phone(typed)
    assert str(caught.value).endswith(".")


@given(st.text())
def test_any_typed_text_is_a_chat_id_or_a_sentence(typed: str) -> None:
    words = ""
    try:
        chat_id = from_phone(typed)
    except ValueError as error:
        words = str(error)
    else:
        assert parse(chat_id.raw).phone == chat_id.phone
    assert not words or words.endswith(".")
