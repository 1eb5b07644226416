"""The list of conversations: the page, its search, and its older rows."""

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.security.tenancy import hotel_required
from inbox.web import desk
from inbox.web.door import blueprint
from inbox.web.htmx import wants_fragment


@blueprint.get("/")
def home() -> Response | str:
    """To the first hotel of this person; strangers to the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("web.sign_in"), 303)
    if not current_user.desks:
        return render_template("no_hotel.html", me=current_user)
    return redirect(url_for("web.inbox", slug=current_user.desks[0].hotel.slug), 303)


@blueprint.get("/h/<slug>/")
@hotel_required
def inbox() -> str:
    """The list with nothing open beside it."""
    here = desk.place()
    around = desk.around(here)
    if wants_fragment():
        return render_template("_thread.html", **around)
    page = desk.list_page(here, request.args.get("before"))
    return render_template("desk.html", page=page, **around)


@blueprint.get("/h/<slug>/list")
@hotel_required
def list_rows() -> str:
    """The whole list anew: what a search asks for."""
    here = desk.place()
    around = desk.around(here)
    return render_template("_list.html", page=desk.list_page(here), **around)


@blueprint.get("/h/<slug>/list/older")
@hotel_required
def older_rows() -> str:
    """The rows that follow a place in the list."""
    here = desk.place()
    page = desk.list_page(here, request.args.get("before"))
    return render_template(
        "_more_rows.html",
        page=page,
        hotel=g.hotel,
        view=here.view,
        q=here.q,
        order=desk.order(here),
    )
