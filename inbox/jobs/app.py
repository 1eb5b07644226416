"""What jobs and sweeps need to know of the settings."""

from datetime import timedelta

from flask import current_app

from inbox.config import Settings
from inbox.files.media_store import FolderStore
from inbox.services.conversations import sentiment
from inbox.services.outbox.sending import SendTimings
from inbox.services.sweep import MediaRules


def send_timings() -> SendTimings:
    """How long a claim lasts and how long the journal is given."""
    settings = _settings()
    return SendTimings(
        lease=timedelta(seconds=settings.lease_seconds),
        settle=timedelta(seconds=settings.settle_seconds),
    )


def media_rules() -> MediaRules:
    """Where files go and where they may come from."""
    settings = _settings()
    return MediaRules(FolderStore(settings.media_dir), settings.media_hosts)


def sentiment_model() -> sentiment.Model | None:
    """The language model that reads sentiment; None when none is set."""
    place = _settings().sentiment_model
    return sentiment.model(place.url, place.key, place.name, place.hourly) if place else None


def _settings() -> Settings:
    found: Settings = current_app.config["LOBBY"]
    return found
