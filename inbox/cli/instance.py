"""flask instance: WhatsApp numbers."""

import click
from flask import current_app
from flask.cli import AppGroup

from inbox.cli.words import in_words
from inbox.config import Settings
from inbox.services import instances

command = AppGroup("instance", help="WhatsApp numbers (Green API instances).")


@command.command("add")
@click.argument("hotel")
@click.option("--id-instance", type=int, required=True, help="idInstance of the Green API console.")
@click.option("--token", required=True, help="apiTokenInstance of the Green API console.")
@click.option("--api-url", default="", help="apiUrl of the console.")
@click.option("--media-url", default="", help="mediaUrl of the console.")
@click.option("--webhook-token", default="", help="Made for you when left out.")
@click.option("--signature-secret", default="", help="For a relay that signs the body.")
@click.option("--receive", type=click.Choice(instances.RECEIVE), default="webhook")
@in_words
def add(
    hotel: str,
    id_instance: int,
    token: str,
    api_url: str,
    media_url: str,
    webhook_token: str,
    signature_secret: str,
    receive: str,
) -> None:
    """Link a WhatsApp number to HOTEL, and point its webhooks at PUBLIC_URL."""
    new = instances.add(
        hotel,
        id_instance,
        token,
        api_url=api_url,
        media_url=media_url,
        webhook_token=webhook_token,
        signature_secret=signature_secret,
        receive=receive,
    )
    click.echo(f"Instance {id_instance} linked to {hotel}.")
    if not webhook_token:
        click.echo(f"Webhook token, shown only now: {new.webhook_token}")
    if receive == "webhook":
        _connect(new.instance.id)


@command.command("connect")
@click.argument("hotel")
@in_words
def connect(hotel: str) -> None:
    """Point the webhooks of HOTEL's numbers at PUBLIC_URL again."""
    for instance in instances.of_slug(hotel):
        _connect(instance.id)


def _connect(instance_id: int) -> None:
    settings: Settings = current_app.config["LOBBY"]
    address = settings.public_url + instances.WEBHOOK_PATH
    if not settings.public_url:
        click.echo("PUBLIC_URL is not set, so the webhook address could not be set.")
        return
    trouble = instances.connect(instance_id, settings.public_url)
    if trouble:
        click.echo(f"The webhook address could not be set: {trouble}")
        click.echo(f"Set it in the Green API console to {address}, or run: instance connect HOTEL")
    else:
        click.echo(f"Webhooks go to {address}. Green API takes up to five minutes to restart.")
