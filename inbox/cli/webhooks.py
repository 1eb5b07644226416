"""flask webhooks: the notifications that were not applied."""

import click
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.errors import Invalid
from inbox.models.states import EventState
from inbox.services import audit
from inbox.services.hotels import hotels
from inbox.services.intake import stored_events

STATES = [state.value for state in stored_events.STATES]  # click would take the members' names
ROW = click.IntRange(1, 2**63 - 1)
command = AppGroup("webhooks", help="Notifications of Green API that were not applied.")


@command.command("list")
@click.argument("hotel")
@click.option(
    "--state", type=click.Choice(STATES), default=EventState.QUARANTINED.value, show_default=True
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--before", type=ROW, help="Only older ones: the id that the last list ended with.")
@in_words
def list_events(hotel: str, state: str, limit: int, before: int | None) -> None:
    """Say which notifications of HOTEL are set aside, newest first. Never what guests wrote."""
    hotel_id = hotels.by_slug(hotel).id
    page = stored_events.page(hotel_id, state, before=before, limit=limit)
    for event in page.rows:
        tried = f", tried again {event.attempts} x" if event.attempts else ""
        click.echo(
            f"{event.id}  {event.received_at:%Y-%m-%d %H:%M:%S}  "
            f"{event.type_webhook or 'no type'}  {event.error or event.state}{tried}"
        )
    counts = stored_events.counts(hotel_id)
    click.echo(", ".join(f"{number} {name}" for name, number in counts.items()) + ".")
    if page.older:
        click.echo(f"Older ones: --before {page.older}")


@command.command("replay")
@click.argument("hotel")
@click.option("--id", "event_id", type=ROW, help="One of them, by the id in the list.")
@click.option("--all", "everything", is_flag=True, help="All in quarantine, oldest first.")
@in_words
def replay(hotel: str, event_id: int | None, everything: bool) -> None:
    """Apply notifications of HOTEL again. Safe to repeat."""
    if (event_id is None) is not everything:
        raise Invalid({"id": "Say which: --id with a number of the list, or --all."})
    hotel_id = hotels.by_slug(hotel).id
    if event_id is not None:
        state = stored_events.replay(hotel_id, event_id, audit.CLI)
        click.echo(f"Notification {event_id} is {state}.")
        still_bad = state == EventState.QUARANTINED
    else:
        done = stored_events.replay_all(hotel_id, audit.CLI)
        click.echo(f"{done.settled} of {done.tried} were applied.")
        still_bad = done.settled < done.tried
    if still_bad:
        raise click.exceptions.Exit(1)
