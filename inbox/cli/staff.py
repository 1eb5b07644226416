"""flask staff: people."""

import sys

import click
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.models import ROLES
from inbox.services.hotels import staff

command = AppGroup("staff", help="People at the desk.")


@command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What colleagues and guests' threads call them.")
@in_words
def add(email: str, name: str) -> None:
    """Add a person. The password is read from standard input."""
    person = staff.add(email, name, _password())
    click.echo(f"{person.name} added as {person.email}.")


@command.command("grant")
@click.argument("email")
@click.argument("hotel")
@click.argument("role", type=click.Choice(ROLES))
@in_words
def grant(email: str, hotel: str, role: str) -> None:
    """Let a person work for HOTEL as ROLE."""
    staff.grant(email, hotel, role)
    click.echo(f"{email} is {role} of {hotel}.")


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")
