"""Phone numbers as people write them, and which country they mean."""

import pytest

from inbox.errors import Invalid
from inbox.services.guests import phone_numbers

MADRID, LONDON, NEW_YORK, ROME = "34910000001", "442071234567", "12125550100", "390612345678"


@pytest.mark.parametrize(
    ("written", "home", "digits"),
    [
        ("+34 600 123 456", MADRID, "34600123456"),
        ("+34 (600) 123-456", "", "34600123456"),
        ("0034 600 123 456", MADRID, "34600123456"),
        ("tel:+34600123456", "", "34600123456"),
        ("+44 (0)7700 900318", MADRID, "447700900318"),
        ("44 7700 900318", MADRID, "447700900318"),
        ("44 7700 900318", "", "447700900318"),
        ("447700900318@c.us", MADRID, "447700900318"),
        ("\u202a+34 600\u00a0123\u2011456\u202c", MADRID, "34600123456"),
        ("600 123 456", MADRID, "34600123456"),
        ("600.123.456", MADRID, "34600123456"),
        ("34600123456", MADRID, "34600123456"),
        ("07700 900318", LONDON, "447700900318"),
        ("7700 900318", LONDON, "447700900318"),
        ("(212) 555-0199", NEW_YORK, "12125550199"),
        ("1 212 555 0199", NEW_YORK, "12125550199"),
        ("06 1234 5679", ROME, "390612345679"),
    ],
)
def test_a_number_is_understood(written: str, home: str, digits: str) -> None:
    assert phone_numbers.chat_id(written, home).canonical == f"{digits}@c.us"


@pytest.mark.parametrize(
    ("written", "home", "words"),
    [
        ("600 123 456", "", "with its country code"),
        ("600 123 45", MADRID, "with its country code"),
        ("0600 123 45", MADRID, "with its country code"),
        ("0171 1234567", MADRID, "with its country code"),
        ("112", MADRID, "with its country code"),
        ("", MADRID, "digits only"),
        ("call Lucía", MADRID, "digits only"),
        ("+34", MADRID, "7 to 15 digits"),
        ("+1 112 555 0199", MADRID, "+1 have 11 digits"),
        ("120363043968066561@g.us", MADRID, "not a phone number"),
        ("7" * 40, MADRID, "7 to 15 digits"),
    ],
)
def test_what_is_unclear_is_asked_for_in_words(written: str, home: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        phone_numbers.chat_id(written, home)
    assert words in caught.value.fields["phone"]


@pytest.mark.parametrize(
    ("digits", "code"), [("34600", "34"), ("1212", "1"), ("351912", "351"), ("7912", "7")]
)
def test_the_countrys_part_of_a_number(digits: str, code: str) -> None:
    assert phone_numbers.calling_code(digits) == code
