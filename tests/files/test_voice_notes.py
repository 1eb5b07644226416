"""Recordings of browsers become the voice messages of WhatsApp, or are refused in words."""

from io import BytesIO
from pathlib import Path

import pytest

from inbox.errors import Invalid
from inbox.files import voice_notes
from tests.cast import recordings


def converted(recording: bytes, folder: Path) -> bytes:
    path = folder / "note"
    with path.open("wb") as note:
        voice_notes.convert(BytesIO(recording), note)
    return path.read_bytes()


@pytest.mark.parametrize("browser", recordings.BROWSERS)
def test_every_browsers_recording_becomes_opus_in_ogg_with_one_channel(
    browser: str, tmp_path: Path
) -> None:
    note = converted(recordings.recorded(browser, seconds=2), tmp_path)
    container, codec, channels, seconds = recordings.heard(note)
    assert (container, codec, channels) == ("ogg", "opus", 1)
    assert seconds == pytest.approx(2, abs=0.1)


def test_opus_is_passed_on_as_it_is(tmp_path: Path) -> None:
    recording = recordings.recorded("chromium")
    note = converted(recording, tmp_path)
    middle = recording.index(b"OpusHead") + 4000
    assert recording[middle : middle + 60] in note


@pytest.mark.parametrize(
    "what",
    {
        "nothing": b"",
        "a text": b"<html>hello</html>",
        "half a head": recordings.recorded("chromium")[:100],
        "no sound": recordings.film("webm", "libvpx"),
        "a head alone": b"\x1aE\xdf\xa3" + b"\0" * 400,
        "a list of files": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "another list": b"ffconcat version 1.0\nfile /etc/passwd\n",
    }.items(),
    ids=lambda pair: pair[0],
)
def test_what_is_no_recording_is_refused_in_words(what: tuple[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        converted(what[1], tmp_path)
    assert refused.value.fields == {"file": voice_notes.UNREADABLE}


def test_a_broken_end_costs_the_end_alone(tmp_path: Path) -> None:
    recording = recordings.recorded("chromium", seconds=2)
    *_, seconds = recordings.heard(converted(recording[: len(recording) // 2], tmp_path))
    assert seconds == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("browser", ["chromium", "safari"])
def test_too_long_a_recording_is_refused(
    browser: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_notes, "LONGEST_SECONDS", 1)
    with pytest.raises(Invalid) as refused:
        converted(recordings.recorded(browser, seconds=3), tmp_path)
    assert refused.value.fields == {"file": voice_notes.TOO_LONG}
