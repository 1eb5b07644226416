"""Whether htmx asks, and how a route answers when nothing needs to be drawn."""

from flask import redirect, request
from werkzeug.wrappers import Response


def wants_fragment() -> bool:
    """True when htmx will place the answer into the page; False when a whole page is due."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def settled(page_url: str) -> Response:
    """The answer to an act: nothing for htmx (the live path draws it), else back to the page."""
    if wants_fragment():
        return Response(status=204)
    return redirect(page_url, 303)
