"""Where a place is, read from what people paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.errors import Invalid
from inbox.services.replies import map_links

MADRID = (40.4168, -3.7038)


@pytest.mark.parametrize(
    "pasted",
    [
        "40.4168,-3.7038",
        " 40.4168, -3.7038 ",
        "40.4168 -3.7038",
        "40.4168; -3.7038",
        "(40.4168, -3.7038)",
        "40,4168; -3,7038",
        "40,4168, -3,7038",
        "+40.4168,-3.7038",
        "40°25'00.48\"N 3°42'13.68\"W",
        "40°25′00.48″N, 3°42′13.68″W",
        "40.4168°N 3.7038°W",
        "N 40.4168 W 3.7038",
        "N40°25'00.48\" W3°42'13.68\"",
        "geo:40.4168,-3.7038",
        "geo:40.4168,-3.7038;u=35",
        "geo:40.4168,-3.7038?z=17",
        "geo:0,0?q=40.4168,-3.7038(Plaza%20Mayor)",
        "https://www.openstreetmap.org/#map=17/40.4168/-3.7038",
        "https://www.openstreetmap.org/?mlat=40.4168&mlon=-3.7038#map=17/40.5/-3.8",
        "openstreetmap.org/?mlat=40.4168&mlon=-3.7038",
        "https://www.openstreetmap.org/node/123#map=19/40.4168/-3.7038&layers=N",
        "https://www.google.com/maps/@40.4168,-3.7038,17z",
        "https://www.google.es/maps/place/Plaza+Mayor/@40.5,-3.8,17z/data=!3m1!4b1!4m6!3m5!1s0xd"
        "!8m2!3d40.4168!4d-3.7038!16s%2Fm",
        "https://www.google.com/maps/place/40.4168,-3.7038",
        "https://www.google.com/maps/search/40.4168,+-3.7038?entry=tts",
        "https://www.google.com/maps/place/40%C2%B025'00.48%22N+3%C2%B042'13.68%22W/@40.5,-3.8,17z"
        "/data=!4m4!3m3!8m2!3d40.4168!4d-3.7038",
        "https://www.google.com/maps/search/?api=1&query=40.4168%2C-3.7038",
        "https://www.google.com/maps/dir/?api=1&destination=40.4168,-3.7038",
        "https://maps.google.com/?q=40.4168,-3.7038",
        "https://maps.google.com/maps?q=loc:40.4168,-3.7038&z=17",
        "maps.google.com/?ll=40.4168,-3.7038",
        "https://maps.apple.com/?ll=40.4168,-3.7038&q=Plaza%20Mayor",
        "HTTPS://WWW.GOOGLE.COM/maps/@40.4168,-3.7038,17z",
    ],
)
def test_a_place_is_read(pasted: str) -> None:
    point = map_links.read(pasted)
    assert (point.latitude, point.longitude) == pytest.approx(MADRID, abs=1e-6)


def test_the_pin_counts_and_not_the_middle_of_the_map() -> None:
    link = "https://www.google.com/maps/place/X/@1.0,2.0,17z/data=!3d40.4168!4d-3.7038"
    assert map_links.read(link) == map_links.Point(*MADRID)


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "Where is it?"),
        ("  ", "Where is it?"),
        ("Plaza Mayor, Madrid", "could not be read"),
        ("40.4168", "could not be read"),
        ("https://example.com/", "could not be read"),
        ("https://[broken", "could not be read"),
        ("https://www.google.com/maps/place/Plaza+Mayor", "could not be read"),
        ("javascript:alert(1)", "could not be read"),
        ("٤٠.٤,٣.٧", "could not be read"),
        ("x" * 3000, "could not be read"),
        ("https://maps.app.goo.gl/AbCdEf", "short link"),
        ("https://goo.gl/maps/AbCdEf", "short link"),
        ("https://osm.org/go/eptJ", "short link"),
        ("91,0", "no such place"),
        ("0, 181", "no such place"),
        ("geo:99,0", "no such place"),
    ],
)
def test_what_is_no_place_is_said_in_words(pasted: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        map_links.read(pasted)
    assert words in caught.value.fields["point"]


@given(st.text(max_size=300))
def test_no_text_breaks_it(pasted: str) -> None:
    try:
        point = map_links.read(pasted)
    except Invalid:
        return
    assert abs(point.latitude) <= 90
    assert abs(point.longitude) <= 180


@pytest.mark.parametrize("piece", ["1", "1,", "1.1 ", "°", "1°1'", "!3d1", "/@1,", "(", "map=1/1/"])
def test_long_nonsense_is_refused(piece: str) -> None:
    text = (piece * map_links.LONGEST)[: map_links.LONGEST]
    with pytest.raises(Invalid):
        map_links.read(text)
