"""`python -m tests.bench [journeys] [webhooks] [live] [live-two] [sending]` starts the product with
data of its own, measures it, and ends it. Without a name everything is measured. `live-two` is
`live` with two web processes. `journeys` starts nothing: it measures how far a reader of the code
walks, and with `--steps` says where.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from inbox.supervisor import vendor_copy
from inbox.web.page.vendor import VENDOR_FILES
from tests.bench import journeys, live, sending, webhooks
from tests.bench.guests import open_hotels
from tests.stack.stack import Stack


def main(names: list[str]) -> None:
    """Print every figure of the parts that are named."""
    with_steps = STEPS in names
    named = {JOURNEYS if name == STEPS else name for name in names}
    there_are = (JOURNEYS, *PARTS)
    wrong = named - set(there_are)
    if wrong:
        sys.exit(f"There is no part {', '.join(wrong)}; there are {', '.join(there_are)}.")
    if JOURNEYS in named or not named:
        with tempfile.TemporaryDirectory(prefix="lobby-bench-") as folder:
            journeys.measure(Path(folder), with_steps=with_steps)
    for name, measure in PARTS.items():
        if name in named or not named:
            with (
                tempfile.TemporaryDirectory(prefix="lobby-bench-") as folder,
                Stack(Path(folder), ENVIRON.get(name)) as stack,
            ):
                measure(stack, Path(folder))


def _webhooks(stack: Stack, folder: Path) -> None:
    webhooks.measure(stack, folder)


def _live(stack: Stack, folder: Path) -> None:
    vendor_copy.prepare(stack.data / "vendor", VENDOR_FILES)
    hotels = open_hotels(stack, webhooks.HOTELS)
    live.measure(stack, hotels, "many")
    live.measure(stack, hotels[:1], "single")


def _sending(stack: Stack, folder: Path) -> None:
    sending.measure(stack)


JOURNEYS, STEPS = "journeys", "--steps"
PARTS: dict[str, Callable[[Stack, Path], None]] = {
    "webhooks": _webhooks,
    "live": _live,
    "live-two": _live,
    "sending": _sending,
}
ENVIRON = {"live-two": {"WEB_CONCURRENCY": "2"}}


if __name__ == "__main__":
    main(sys.argv[1:])
