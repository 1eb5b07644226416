"""Voice messages that a browser recorded, in the one form that WhatsApp plays as such: Opus in Ogg,
one channel.
"""

from collections.abc import Iterator
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from inbox.errors import Invalid

LONGEST_SECONDS = 15 * 60
SAMPLE_RATE = 48_000
BIT_RATE = 32_000
# What browsers record. The container is told to FFmpeg, never guessed by it: some of the formats
# it would find are lists of other files, which it would open.
CODECS = ("opus", "aac", "vorbis", "flac", "pcm_f32le", "pcm_s16le")
UNREADABLE = "This recording cannot be read. Please record it again."
TOO_LONG = "A voice message can last 15 minutes at most."


def convert(recording: BinaryIO, note: BinaryIO) -> None:
    """Write what was recorded into `note`. Raises `Invalid` (`file`) when it is no recording, or
    too long a one.
    """
    try:
        with (
            av.open(recording, "r", format=_container(recording)) as source,
            av.open(note, "w", format="ogg") as target,
        ):
            _write(source, target)
    except (av.FFmpegError, ValueError) as error:
        raise Invalid({"file": UNREADABLE}) from error


def _container(recording: BinaryIO) -> str:
    recording.seek(0)
    head = recording.read(8)
    recording.seek(0)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[4:] == b"ftyp":
        return "mov"
    raise Invalid({"file": UNREADABLE})


def _write(source: InputContainer, target: OutputContainer) -> None:
    stream = next(iter(source.streams.audio), None)
    if stream is None or stream.codec_context.name not in CODECS:
        raise Invalid({"file": UNREADABLE})
    is_ready = stream.codec_context.name == "opus" and stream.codec_context.channels == 1
    packets = _copied(source, stream, target) if is_ready else _encoded(source, stream, target)
    sounds = 0
    for packet in packets:
        target.mux(packet)
        sounds += 1
    if not sounds:
        raise Invalid({"file": UNREADABLE})


def _copied(
    source: InputContainer, stream: AudioStream, target: OutputContainer
) -> Iterator["Packet[AudioStream]"]:
    """The sound as it is, beginning at zero."""
    copy = target.add_stream_from_template(stream)
    first: int | None = None
    for packet in source.demux(stream):
        if packet.pts is None or packet.time_base is None:
            continue
        first = packet.pts if first is None else first
        _check_length((packet.pts - first) * float(packet.time_base))
        packet.pts = packet.dts = packet.pts - first
        packet.stream = copy
        yield packet


def _encoded(
    source: InputContainer, stream: AudioStream, target: OutputContainer
) -> Iterator["Packet[AudioStream]"]:
    """The sound said again in Opus."""
    opus = target.add_stream("libopus", rate=SAMPLE_RATE, layout="mono", bit_rate=BIT_RATE)
    seconds = 0.0
    for frame in source.decode(stream):
        seconds += frame.samples / frame.sample_rate
        _check_length(seconds)
        yield from opus.encode(frame)
    yield from opus.encode(None)


def _check_length(seconds: float) -> None:
    if seconds > LONGEST_SECONDS + 1:
        raise Invalid({"file": TOO_LONG})
