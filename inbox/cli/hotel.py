"""flask hotel: hotels."""

import click
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.services import hotels

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
