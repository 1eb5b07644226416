"""Where a place is: read from what people paste, by its letters alone. Nothing is looked up."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from inbox.errors import Invalid

LONGEST = 2000
NOT_READ = (
    "This could not be read. Paste a link from Google Maps or OpenStreetMap, or coordinates such as"
    " 40.4168, -3.7038."
)
SHORT_LINK = (
    "A short link does not say where the place is. Open it, and paste the address that the page"
    " then has, or the coordinates."
)
OFF_THE_MAP = "There is no such place: latitude goes to 90, longitude to 180."

_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,20})?"
_PAIR = re.compile(rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})", re.ASCII)
_DECIMAL_COMMAS = re.compile(
    r"([-+]?\d{1,3},\d{2,20})\s*[;,\s]\s*([-+]?\d{1,3},\d{2,20})", re.ASCII
)
_PART = r"(\d{1,3}(?:\.\d{1,20})?)\s*"
_ANGLE = rf"{_PART}°?\s*(?:{_PART}['′’]\s*)?(?:{_PART}(?:\"|″|”|'')\s*)?"
_SIDE_BEHIND = re.compile(rf"{_ANGLE}([NS])\s*[,;]?\s*{_ANGLE}([EW])", re.ASCII | re.IGNORECASE)
_SIDE_BEFORE = re.compile(rf"([NS])\s*{_ANGLE}[,;]?\s*([EW])\s*{_ANGLE}", re.ASCII | re.IGNORECASE)
_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})", re.ASCII)
_VIEW = re.compile(rf"/@({_NUMBER}),({_NUMBER})", re.ASCII)
_MAP = re.compile(rf"map=\d{{1,2}}(?:\.\d+)?/({_NUMBER})/({_NUMBER})", re.ASCII)
_LINK = re.compile(r"https?://|(?:www\.|maps\.|google\.|openstreetmap\.|osm\.)\S+/", re.IGNORECASE)
_IN_QUERY = ("query", "q", "ll", "destination", "daddr", "center", "sll", "cp")
_SHORT = ("goo.gl", "maps.app.goo.gl", "g.co", "osm.org", "bit.ly")


@dataclass(frozen=True)
class Point:
    """Degrees, north and east of nothing."""

    latitude: float
    longitude: float


def read(text: str, *, name: str = "point") -> Point:
    """The place that coordinates, a geo: address or a link to a map means. Raises `Invalid` under
    this field name, in words.
    """
    words = text.strip()
    if not words:
        raise Invalid({name: "Where is it? Paste a link to a map, or the coordinates."})
    if len(words) > LONGEST:
        raise Invalid({name: NOT_READ})
    found = next((one for way in _WAYS for one in way(words)), None)
    if found is None:
        raise Invalid({name: SHORT_LINK if _is_short(words) else NOT_READ})
    if abs(found.latitude) > 90 or abs(found.longitude) > 180:
        raise Invalid({name: OFF_THE_MAP})
    return found


def _is_short(words: str) -> bool:
    address = _address(words)
    return address is not None and (address.hostname or "").removeprefix("www.") in _SHORT


def _address(words: str) -> SplitResult | None:
    try:
        return urlsplit(words if "://" in words else f"https://{words}")
    except ValueError:
        return None


def _plain(words: str) -> Iterator[Point]:
    """40.4168, -3.7038, also 40,4168; -3,7038 and in brackets."""
    bare = words.strip("()[] ")
    if found := _PAIR.fullmatch(bare):
        yield _point(found[1], found[2])
    elif found := _DECIMAL_COMMAS.fullmatch(bare):
        yield _point(found[1].replace(",", "."), found[2].replace(",", "."))


def _with_sides(words: str) -> Iterator[Point]:
    """40°25'00.5"N 3°42'13.3"W, as maps show it."""
    if found := _SIDE_BEHIND.fullmatch(words):
        north, side, east, other = found.group(1, 2, 3), found[4], found.group(5, 6, 7), found[8]
    elif found := _SIDE_BEFORE.fullmatch(words):
        side, north, other, east = found[1], found.group(2, 3, 4), found[5], found.group(6, 7, 8)
    else:
        return
    yield Point(_degrees(north, side in "Ss"), _degrees(east, other in "Ww"))


def _degrees(parts: tuple[str | None, ...], is_negative: bool) -> float:
    degrees, minutes, seconds = (float(part or 0) for part in parts)
    size = degrees + minutes / 60 + seconds / 3600
    return round(-size if is_negative else size, 7)


def _geo(words: str) -> Iterator[Point]:
    """geo:40.4,-3.7?z=17, and Android's geo:0,0?q=40.4,-3.7(Name)."""
    if not words.lower().startswith("geo:"):
        return
    path, _, query = words[4:].partition("?")
    asked = re.match(_PAIR, unquote(parse_qs(query).get("q", [""])[0]))
    found = asked or re.match(_PAIR, path)
    if found:
        yield _point(found[1], found[2])


def _link(words: str) -> Iterator[Point]:
    """The pin of a link first, then what it asks for, then the middle of what it shows."""
    address = _address(words)
    if address is None or not _LINK.match(words):
        return
    query = {key: values[0] for key, values in parse_qs(address.query).items()}
    whole = unquote(words)
    yield from _of_pattern(_PIN, whole)
    yield from _of_markers(query)
    yield from _of_pattern(_MAP, address.fragment)
    yield from _of_pattern(_VIEW, whole)
    yield from _of_path(address.path)


def _of_pattern(pattern: re.Pattern[str], text: str) -> Iterator[Point]:
    found = list(pattern.finditer(text))[-1:]  # of a route, where it ends
    yield from (_point(one[1], one[2]) for one in found)


def _of_markers(query: Mapping[str, str]) -> Iterator[Point]:
    for north, east in (("mlat", "mlon"), ("lat", "lon"), ("lat", "lng")):
        yield from _plain(f"{query.get(north, '')},{query.get(east, '')}")
    for key in _IN_QUERY:
        yield from _plain(query.get(key, "").removeprefix("loc:").replace("~", ","))


def _of_path(path: str) -> Iterator[Point]:
    """…/maps/place/40.4168,-3.7038 and …/maps/search/40.4168,+-3.7038"""
    for part in reversed(unquote(path.replace("+", " ")).split("/")):
        yield from _plain(part)
        yield from _with_sides(part)


def _point(north: str, east: str) -> Point:
    return Point(float(north), float(east))


_WAYS: tuple[Callable[[str], Iterator[Point]], ...] = (_plain, _with_sides, _geo, _link)
