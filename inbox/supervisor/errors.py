"""Why a start is given up."""


class StartError(Exception):
    """Lobby cannot start. The text is one line that says what to do about it."""
