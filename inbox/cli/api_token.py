"""flask token: tokens for programs."""

import click
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.services.hotels import api_tokens

command = AppGroup("token", help="Tokens for programs.")


@command.command("add")
@click.argument("hotel")
@click.option("--name", required=True, help="Which program it is for.")
@in_words
def add(hotel: str, name: str) -> None:
    """Make a token that speaks for HOTEL. It is printed once and never again."""
    click.echo(api_tokens.add(hotel, name))
