"""Who is signed in: Flask-Login on top of browser sessions that the server can revoke."""

from flask import Flask, Response, abort, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from inbox.extensions import login
from inbox.services.hotels import sessions, staff
from inbox.services.hotels.sessions import SessionHolder, Workplace

LIVE = "web.changes"


class SignedIn(UserMixin):
    """The person behind a request. `get_id` is the browser session's token, never the row's id."""

    def __init__(self, token: str, found: SessionHolder) -> None:
        self._token, self._presence = token, found
        self.staff_id = found.staff_id
        self.name = found.name
        self.email = found.email
        self.session_id = found.session_id
        self.workplaces = found.workplaces

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self._token

    def at(self, slug: str) -> Workplace:
        """Their desk at this hotel. Raises `NotFound` for a stranger."""
        return self._presence.at(slug)


class OfPeople(SecureCookieSessionInterface):
    """A session lasts from what a person did last. A page that asks what changed does so by itself:
    that neither prolongs it nor costs a new cookie.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether the answer renews the cookie."""
        if request.endpoint == LIVE:
            return session.modified
        return super().should_set_cookie(app, session)


def bind(app: Flask) -> None:
    """Connect Flask-Login, and send strangers to the sign-in page."""
    app.session_interface = OfPeople()
    login.init_app(app, add_context_processor=False)  # an error page must not need the database
    login.user_loader(load)
    login.unauthorized_handler(_to_sign_in)


def load(token: str) -> SignedIn | None:
    """The person whose browser shows this token; None once it was revoked."""
    found = sessions.of_session(token)
    return None if found is None else SignedIn(token, found)


def start(token: str) -> bool:
    """Sign this browser in with a token of `services.staff.sign_in`."""
    person = load(token)
    if person is None:
        return False
    session.clear()
    login_user(person)
    session.permanent = True
    return True


def end() -> None:
    """Sign this browser out, here and on the server."""
    if current_user.is_authenticated:
        staff.sign_out(current_user.get_id())
    logout_user()
    session.clear()


def _to_sign_in() -> AnyResponse:
    """A fragment asks the whole page to move; a page remembers where it was going."""
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("web.sign_in")})
    if request.method != "GET":
        abort(401)
    return redirect(url_for("web.sign_in", next=request.full_path.rstrip("?")))
