"""A dialog: a small form that lies over the desk; without scripts, a page of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import g, render_template, request

from inbox.web.page.frame import page_frame
from inbox.web.page.htmx import wants_fragment


@dataclass(frozen=True)
class Dialog:
    """One form: its template, what stands above it, and the address that it was opened from."""

    template: str
    title: str
    back: str

    def draw(self, **variables: Any) -> str:
        """The form, with `errors` beside its fields and what was `typed` in them."""
        given = {
            "dialog": self.template,
            "title": self.title,
            "back": self.back,
            "client_ref": uuid4(),
            "errors": {},
            "typed": request.form,
            "alone": not wants_fragment(),
            **variables,
        }
        if wants_fragment():
            return render_template("page/_dialog.html", hotel=g.hotel, **given)
        return render_template("page/dialog.html", **page_frame(), **given)

    def refuse(
        self, errors: Mapping[str, str], status: int = 422, **variables: Any
    ) -> tuple[str, int]:
        """The form again: why not, and all that was typed."""
        return self.draw(errors=errors, **variables), status
