"""flask hotel: hotels."""

import click
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.services import audit
from inbox.services.conversations import receipts
from inbox.services.hotels import hotels
from inbox.services.replies import sending_limits
from inbox.services.replies.sending_limits import SendingLimits

command = AppGroup("hotel", help="Hotels.")


@command.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="What the desk calls it.")
@click.option("--timezone", required=True, help="Such as Europe/Madrid.")
@click.option("--locale", default="en", show_default=True, help="Language tag, such as en or es.")
@in_words
def add(slug: str, name: str, timezone: str, locale: str) -> None:
    """Add a hotel. SLUG is its place in addresses, such as grand-plaza."""
    hotel = hotels.add(slug, name, timezone, locale)
    click.echo(f"Hotel {hotel.slug} added (id {hotel.id}).")


@command.command("rules")
@click.argument("slug")
@click.option(
    "--first-contacts-a-day",
    "--strangers-a-day",
    type=int,
    help="First messages to new people, 0 to 1000.",
)
@click.option("--read-receipts", type=click.Choice(receipts.CHOICES), help="When guests see it.")
@in_words
def rules(slug: str, first_contacts_a_day: int | None, read_receipts: str | None) -> None:
    """Show how SLUG sends, or change it."""
    sending_limits.change(
        hotels.by_slug(slug).id, audit.CLI, SendingLimits(first_contacts_a_day, read_receipts)
    )
    hotel = hotels.by_slug(slug)
    click.echo(f"First messages to new people, a day: {hotel.first_contacts_a_day}")
    click.echo(f"Guests see that they were read: {hotel.read_receipts}")
