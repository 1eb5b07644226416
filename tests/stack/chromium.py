"""The browser of the browser tests: found, or installed where that is possible.

`python -m tests.stack.chromium` is the step of `make test` that provides it.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.stack.packages import can_install, install

SHELL = "chromium-headless-shell"
"""The same Chromium without what nobody sees in a test: it takes two thirds of the time."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-color-emoji", "fonts-noto-cjk")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
)


def find() -> str:
    """The path of a browser, or '' when there is none. `CHROMIUM` names one and goes first."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return shutil.which(named) or ""
    on_path = (shutil.which(name) for name in NAMES)
    in_cache = ("chromium-*/chrome-linux*/chrome", "chromium-*/**/Chromium")
    return next((path for path in on_path if path), "") or _of_playwright(*in_cache)


def _find_shell() -> str:
    """The path of a browser without a screen, or of the one that there is."""
    if os.environ.get("CHROMIUM"):
        return find()
    in_cache = "chromium_headless_shell-*/*/*headless?shell"
    return shutil.which(SHELL) or _of_playwright(in_cache) or find()


def _of_playwright(*patterns: str) -> str:
    """The newest browser that `playwright install` put into its cache."""
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    found = [path for pattern in patterns for path in cache.glob(pattern)]
    return str(max(found)) if found else ""


def launch_options(*, microphone: bool = False) -> dict[str, Any]:
    """What Playwright's `chromium.launch` is called with. Only a whole browser has a microphone.
    Root may not use Chromium's sandbox.
    """
    return {
        "executable_path": find() if microphone else _find_shell(),
        "chromium_sandbox": os.getuid() != 0,
        "args": list(ARGUMENTS),
    }


def main() -> int:
    """Exit code 0 when a browser is there; 1 after one line that says how to get one."""
    if os.environ.get("CHROMIUM") and not find():
        print("CHROMIUM names no program that can be run. Unset it or correct it.", file=sys.stderr)
        return 1
    if not find() and can_install():
        install("Chromium and fonts for the browser tests", PACKAGES)
    if not os.environ.get("CHROMIUM") and _find_shell() == find() and can_install(SHELL):
        install("Chromium's headless shell, which is quicker", [SHELL])
    if find():
        return 0
    print(
        "The browser tests need Chromium. Install it (on Debian: apt-get install chromium; or: "
        ".venv/bin/playwright install chromium), or set CHROMIUM=/path/to/chrome.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
