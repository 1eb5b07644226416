"""`python -m tests.bench`: starts the product with data of its own, measures it, and ends it."""

import tempfile
from pathlib import Path

from inbox.supervisor import vendor_copy
from inbox.web.vendor import VENDOR_FILES
from tests.bench import live, webhooks
from tests.stack.stack import Stack


def main() -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory(prefix="lobby-bench-") as name:
        folder = Path(name)
        with Stack(folder) as stack:
            vendor_copy.prepare(stack.data / "vendor", VENDOR_FILES)
            hotels = webhooks.measure(stack, folder)
            live.measure(stack, hotels, "many")
            live.measure(stack, hotels[:1], "single")


if __name__ == "__main__":
    main()
