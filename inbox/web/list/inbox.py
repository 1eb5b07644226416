"""The list of conversations: the page, its search, and its older rows."""

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.security.tenancy import hotel_required
from inbox.web.blueprint import blueprint
from inbox.web.page import frame
from inbox.web.page.htmx import wants_fragment


@blueprint.get("/")
def home() -> Response | str:
    """To the first hotel of this person; strangers to the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("web.sign_in"), 303)
    if not current_user.workplaces:
        return render_template("page/no_hotel.html", me=current_user)
    return redirect(url_for("web.inbox", slug=current_user.workplaces[0].hotel.slug), 303)


@blueprint.get("/h/<slug>/")
@hotel_required
def inbox() -> str:
    """The list with nothing open beside it."""
    here = frame.place()
    around = frame.around(here)
    if wants_fragment():
        return render_template("thread/_thread.html", **around)
    page = frame.list_page(here, request.args.get("before"))
    return render_template("list/desk.html", page=page, **around)


@blueprint.get("/h/<slug>/list")
@hotel_required
def list_rows() -> str:
    """The whole list anew: what a search asks for."""
    here = frame.place()
    around = frame.around(here)
    return render_template("list/_list.html", page=frame.list_page(here), **around)


@blueprint.get("/h/<slug>/list/older")
@hotel_required
def older_rows() -> str:
    """The rows that follow a place in the list."""
    here = frame.place()
    page = frame.list_page(here, request.args.get("before"))
    return render_template(
        "list/_more_rows.html",
        page=page,
        hotel=g.hotel,
        view=here.view,
        q=here.q,
        order=frame.order(here),
    )
