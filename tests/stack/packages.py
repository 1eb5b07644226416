"""Installing Debian's packages for the tests, where that is possible: as root, with apt-get."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

INSTALL_SECONDS = 900


def can_install(package: str = "") -> bool:
    """Whether this machine lets us, and knows the package."""
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        return False
    look = ["apt-cache", "show", "--quiet=2", package]
    return not package or subprocess.run(look, capture_output=True).returncode == 0


def install(what: str, packages: Sequence[str]) -> None:
    """Install the packages; says on standard error when it fails, and does not raise."""
    print(f"Installing {what} …", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_them = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    try:
        for command in (["apt-get", "update", "-qq"], install_them):
            subprocess.run(
                command,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=INSTALL_SECONDS,
                check=True,
            )
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{what} could not be installed: {error}", file=sys.stderr)
