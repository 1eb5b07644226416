"""How a hotel sends: the form on its line's page. For managers."""

from flask import flash, g, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from inbox.errors import Invalid
from inbox.security.tenancy import hotel_required, require_role
from inbox.services import audit
from inbox.services.lines import instances
from inbox.services.replies import sending_limits
from inbox.services.replies.sending_limits import SendingLimits, number
from inbox.web.blueprint import blueprint
from inbox.web.hotel import line
from inbox.web.page.htmx import settled


@blueprint.post("/h/<slug>/line/rules")
@hotel_required
def set_rules() -> tuple[str, int] | Response:
    """How this hotel sends from now on. A slip keeps all that was typed."""
    require_role("manager")
    try:
        sending_limits.change(g.hotel.id, audit.by_staff(current_user.staff_id), _typed())
    except Invalid as error:
        return line.page(problems=error.fields), 422
    flash("Saved. It counts from the next message on.")
    return settled(url_for("web.line_page", slug=g.hotel.slug, _anchor="sending"))


def _typed() -> SendingLimits:
    """The form's fields. Numbers of the hotel that are not in it keep their pace."""
    form = request.form
    names = {one.id: f"interval-{one.id}" for one in instances.of_slug(g.hotel.slug)}
    return SendingLimits(
        first_contacts_a_day=number(form.get("first_contacts_a_day", ""), "first_contacts_a_day"),
        read_receipts=form.get("read_receipts", ""),
        intervals={key: number(form[name], name) for key, name in names.items() if name in form},
    )
