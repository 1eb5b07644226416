"""What browsers record, made by FFmpeg: a tone, in the container and codec of each."""

import struct
from io import BytesIO
from math import sin
from typing import Any

import av

RATE = 48_000
PIECE = 960
BROWSERS = {
    "chromium": ("webm", "libopus", "mono"),
    "chromium in stereo": ("webm", "libopus", "stereo"),
    "firefox": ("ogg", "libopus", "mono"),
    "safari": ("mp4", "aac", "mono"),
}


def tone(container: str, codec: str, layout: str = "mono", seconds: float = 1.0) -> bytes:
    """A tone of this length in this container."""
    file = BytesIO()
    with av.open(file, "w", format=container) as target:
        stream: Any = target.add_stream(codec, rate=RATE, layout=layout)
        for start in range(0, int(seconds * RATE), PIECE):
            target.mux(stream.encode(_frame(start)))
        target.mux(stream.encode(None))
    return file.getvalue()


def recorded(browser: str, seconds: float = 1.0) -> bytes:
    """What this browser would upload."""
    return tone(*BROWSERS[browser], seconds)


def film(container: str, codec: str) -> bytes:
    """A second of a grey picture."""
    file = BytesIO()
    with av.open(file, "w", format=container) as target:
        stream: Any = target.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(25):
            target.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        target.mux(stream.encode(None))
    return file.getvalue()


def heard(note: bytes) -> tuple[str, str, int, float]:
    """Container, codec, channels and seconds of a sound that decodes from end to end."""
    with av.open(BytesIO(note), "r") as source:
        stream = source.streams.audio[0]
        samples = sum(frame.samples for frame in source.decode(stream))
        context = stream.codec_context
        return source.format.name, context.name, context.channels, samples / RATE


def _frame(start: int) -> av.AudioFrame:
    frame = av.AudioFrame("s16", "mono", PIECE)
    frame.sample_rate, frame.pts = RATE, start
    wave = (int(8000 * sin((start + index) / 20)) for index in range(PIECE))
    frame.planes[0].update(struct.pack(f"<{PIECE}h", *wave))
    return frame
