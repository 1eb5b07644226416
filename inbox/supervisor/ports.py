"""Whether the ports Lobby listens on are free, asked before anything is started."""

import errno
import socket

from inbox.supervisor.errors import StartError


def check_free(host: str, ports: dict[str, int]) -> None:
    """Raise `StartError` if a port is taken; `ports` maps a variable to the number it sets."""
    if len(set(ports.values())) < len(ports):
        raise StartError(f"{' and '.join(ports)} must be different numbers.")
    for variable, port in ports.items():
        _check(host, variable, port)


def _check(host: str, variable: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(_explain(error, variable, port)) from None


def _explain(error: OSError, variable: str, port: int) -> str:
    other = port + 1 if port < 65535 else port - 1
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is already in use. Choose another: make run {variable}={other}"
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for root. Choose one above 1023: make run {variable}=8000"
    return f"Port {port} cannot be used ({error.strerror}). Choose another with {variable}."
