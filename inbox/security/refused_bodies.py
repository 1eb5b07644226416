"""A body that is too large is heard out before it is refused.

An answer given while the other side still sends is lost: the connection is reset, and all it learns
is "broken pipe", never that its body was too large.
"""

from flask import Flask, Response, request

# Bytes; who sends more may be cut off. Where files are taken, twice what a file may have is heard.
HEARD_OUT = 64 * 1024 * 1024
PIECE = 64 * 1024


def bind(app: Flask) -> None:
    """Read the rest of every body that was answered with 413."""
    app.after_request(_hear_out)


def _hear_out(response: Response) -> Response:
    if response.status_code == 413:
        stream, left = request.environ["wsgi.input"], _unread()
        while left > 0 and (piece := stream.read(min(PIECE, left))):
            left -= len(piece)
    return response


def _unread() -> int:
    """How much may be read without waiting for what never comes. Nothing was read of a body that
    told its length; one that did not ends by itself where the server says so."""
    if request.content_length is not None:
        allowed = request.max_content_length or 0
        return min(request.content_length, HEARD_OUT if allowed <= HEARD_OUT else 2 * allowed)
    return HEARD_OUT if request.environ.get("wsgi.input_terminated") else 0
