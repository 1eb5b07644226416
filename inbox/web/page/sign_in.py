"""Signing in and out."""

from urllib.parse import urlsplit

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.config import Settings
from inbox.extensions import limiter
from inbox.security import sessions
from inbox.services import demo
from inbox.services.hotels import staff
from inbox.vault.secrets import digest
from inbox.web.blueprint import blueprint

WRONG = "That email and password do not belong together."
WRONG_TRIES = "10 per minute; 100 per hour"  # from one address; right ones are not counted

WRONG_TRIES_OF_ONE = "5 per minute"  # at one person's password, from wherever


def _who_is_tried() -> str:
    """The person, as the limits' storage may know them."""
    return digest(request.form.get("email", "").strip().lower())


def _was_wrong(response: Response) -> bool:
    return response.status_code == 401


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    """The form; those who are signed in already go on to where they wanted."""
    if current_user.is_authenticated:
        return redirect(_next_url(), 303)
    return _form()


@blueprint.post("/sign-in")
@limiter.limit(WRONG_TRIES, deduct_when=_was_wrong)
@limiter.limit(WRONG_TRIES_OF_ONE, key_func=_who_is_tried, deduct_when=_was_wrong)
def enter() -> str | tuple[str, int] | Response:
    """Open a session for the person whose address and password belong together."""
    email = request.form.get("email", "").strip()
    token = staff.sign_in(email, request.form.get("password", ""))
    if token is None or not sessions.start(token):
        return _form(email=email, problem=WRONG), 401
    return redirect(_next_url(), 303)


@blueprint.post("/sign-out")
def leave() -> Response:
    """End this browser's session."""
    sessions.end()
    return redirect(url_for("web.sign_in"), 303)


def _form(email: str = "", problem: str = "") -> str:
    return render_template(
        "page/sign_in.html",
        email=email,
        problem=problem,
        next_url=_next_url(),
        demo_accounts=_demo_accounts(),
    )


def _next_url() -> str:
    """Where to go after signing in: only ever a path of our own."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted.replace("\\", "/"))
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc
    return wanted if ours and wanted.isprintable() else "/"


def _demo_accounts() -> tuple[demo.DemoAccount, ...]:
    """Whom anybody may be, where the demo was seeded; nobody in production."""
    settings: Settings = current_app.config["LOBBY"]
    seeded = not settings.production and (settings.data_dir / "simulator.json").exists()
    return demo.ACCOUNTS if seeded else ()
