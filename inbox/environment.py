"""Reading the environment, one variable at a time; every complaint names the variable."""

from collections.abc import Mapping
from urllib.parse import urlsplit


class SettingsError(ValueError):
    """A setting is missing or wrong. The text is one line that says what to do."""


class Reader:
    """Reads one variable at a time and names it in every complaint."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        """Read a text; the default for an unset or empty one."""
        return self._environ.get(name, "").strip() or default

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Read one of these words. Raises `SettingsError`, as all of these do."""
        value = self.text(name, default)
        if value not in allowed:
            raise SettingsError(f"{name} must be {' or '.join(allowed)}, not {short(value)}.")
        return value

    def port(self, name: str, default: int) -> int:
        """Read a port number."""
        value = self.text(name, str(default))
        fits = value.isascii() and value.isdigit() and len(value) <= 5
        if not fits or not 1 <= int(value) <= 65535:
            raise SettingsError(
                f"{name} must be a port number from 1 to 65535, not {short(value)}."
            )
        return int(value)

    def count(self, name: str, default: int, most: int) -> int:
        """Read a whole number up to `most`."""
        value = self.text(name, str(default))
        fits = value.isascii() and value.isdigit() and len(value) <= len(str(most))
        if not fits or int(value) > most:
            raise SettingsError(
                f"{name} must be a whole number from 0 to {most}, not {short(value)}."
            )
        return int(value)

    def seconds(self, name: str, default: float) -> float:
        """Read a number of seconds, at most a day."""
        value = self.text(name, str(default))
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds <= 86_400:
            raise SettingsError(f"{name} must be a number of seconds up to 86400, not {value!r}.")
        return seconds

    def url(self, name: str, default: str, schemes: tuple[str, ...], required_for: str = "") -> str:
        """Read an address with one of these schemes; '' when it is unset and not required."""
        value = self.text(name, default)
        if not value:
            if required_for:
                raise SettingsError(f"{name} must be set in {required_for}.")
            return ""
        if not _is_address(value, schemes):
            starts = " or ".join(f"{scheme}://" for scheme in schemes)
            raise SettingsError(f"{name} must be an address that starts with {starts}.")
        return value


def short(value: str) -> str:
    """A bad value, for a complaint of one line."""
    return repr(value if len(value) <= 40 else f"{value[:40]}…")


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    """Whether it is a whole address of one of these kinds: a path for unix, a host for the rest."""
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port != 0
    except ValueError:
        return False
    if parts.scheme not in schemes or not port_is_fine or len(value.split()) != 1:
        return False
    if parts.scheme == "unix":
        return parts.path.startswith("/")
    if parts.scheme.startswith("redis"):
        number = parts.path.strip("/")
        return bool(parts.hostname) and (not number or number.isdigit())
    return bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
