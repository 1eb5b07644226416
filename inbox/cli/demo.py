"""flask demo: the two demo hotels that `make run` shows."""

import json

import click
from flask import current_app
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.config import Settings
from inbox.services import demo

command = AppGroup("demo", help="The demo hotels of `make run`.")


@command.command("seed")
@in_words
def seed() -> None:
    """Add the demo hotels, people and numbers where they are missing, for development only."""
    settings: Settings = current_app.config["LOBBY"]
    if settings.production:
        raise click.ClickException("The demo is for development: its passwords are public.")
    demo.seed(settings.data_dir, settings.simulator_port)


@command.command("connect")
@in_words
def connect() -> None:
    """Tell the simulator where the demo numbers' webhooks go."""
    settings: Settings = current_app.config["LOBBY"]
    for trouble in demo.connect(settings.public_url):
        raise click.ClickException(f"The simulator could not be set up: {trouble}")


@command.command("accounts")
def accounts() -> None:
    """Print the demo sign-ins as JSON."""
    click.echo(json.dumps([account.__dict__ for account in demo.ACCOUNTS]))
