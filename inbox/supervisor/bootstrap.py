"""Makes `.venv` with the pinned packages: `python bootstrap.py requirements.txt …`.

Run by the Makefile with the machine's own Python, so it uses the standard library alone. Does
nothing when the same files are already installed. Every failure is one line that says what to do.
"""

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"

OFFLINE = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|ProxyError"
    r"|ConnectTimeout|Read timed out|Network is unreachable|Failed to establish a new connection"
)
NO_WHEEL = re.compile(r"No matching distribution found|Could not find a version that satisfies")
NO_COMPILER = re.compile(r"(gcc|cc|clang)'? failed|Unable to find a compiler|command '.*cc'|rustc")
BAD_HASH = re.compile(r"DO NOT MATCH THE HASHES", re.IGNORECASE)


class SetupError(Exception):
    """The environment cannot be made. The text is one line that says what to do."""


def prepare(files: Sequence[str]) -> None:
    """Make `.venv` hold exactly what these requirement files pin. Raises `SetupError`."""
    if not venv_works():
        make_venv()
    wanted = {name: _digest(ROOT / name) for name in files}
    installed = _installed()
    if all(installed.get(name) == digest for name, digest in wanted.items()):
        return
    install(files)
    STAMP.write_text(json.dumps({**installed, **wanted}))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def venv_works() -> bool:
    """Whether `.venv` has a Python that starts, is new enough and has pip."""
    try:
        check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        return subprocess.run([PYTHON, "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """An empty environment beside the code."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"Python {version} ({sys.executable}) lacks its venv module. On Debian or Ubuntu: "
            f"apt-get install python{version}-venv. Or name another: PYTHON=/path/to/python3.12"
        )
    print(f"Making .venv with Python {version}", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        raise SetupError(
            f"The folder .venv cannot be made: {_last_line(made.stdout + made.stderr)}"
        )


def install(files: Sequence[str]) -> None:
    """Install ready-made wheels only; where one is missing for this machine, build it."""
    output = _pip(["--only-binary", ":all:"], files)
    if output is not None and NO_WHEEL.search(output) and not OFFLINE.search(output):
        print(
            "A package has no ready-made wheel for this machine, so it is built here.", flush=True
        )
        output = _pip([], files)
    if output is not None:
        LOG.write_text(output)
        raise SetupError(explain(output))


def _pip(options: Sequence[str], files: Sequence[str]) -> str | None:
    """None when pip succeeded, otherwise all it said."""
    total = sum(_count(ROOT / name) for name in files)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--retries", "2", "--progress-bar", "off", *options]
    for name in files:
        command += ["-r", str(ROOT / name)]
    print(f"Installing the packages pinned in {' and '.join(files)}", flush=True)
    said = []
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line)
            _show_progress(said, total)
    return None if pip.returncode == 0 else "".join(said)


def _count(path: Path) -> int:
    return sum(line[:1].isalpha() for line in path.read_text().splitlines())


def _show_progress(said: Sequence[str], total: int) -> None:
    """One line on a terminal, rewritten; nothing in a log."""
    if not sys.stdout.isatty():
        return
    done = sum(line.startswith(("Collecting ", "Requirement already")) for line in said)
    installing = said[-1].startswith("Installing collected")
    text = "  unpacking" if installing else f"  {min(done, total)} of about {total}"
    print(f"\r{text:<30}", end="\n" if installing else "", flush=True)


def explain(output: str) -> str:
    """What pip said, in one line for a person."""
    log = LOG.relative_to(ROOT)
    if BAD_HASH.search(output):
        return f"A downloaded package does not match its pinned hash; nothing was kept. See {log}."
    if OFFLINE.search(output):
        return (
            "The package index cannot be reached: check the network or proxy, then run this again."
        )
    if NO_COMPILER.search(output):
        return (
            "A package must be built here and that needs a C compiler. On Debian or Ubuntu: "
            f"apt-get install build-essential python3-dev. See {log}."
        )
    return f"pip failed: {_last_line(output)} See {log}."


def _last_line(output: str) -> str:
    """The last line that names an error, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason was given."])[-1]


def main() -> int:
    """Exit code 0 when the environment is ready, 1 after one line of explanation."""
    try:
        prepare(sys.argv[1:])
    except SetupError as error:
        print(f"\n{error}" if sys.stdout.isatty() else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
