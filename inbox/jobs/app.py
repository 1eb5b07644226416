"""What jobs and sweeps need to know of the settings."""

from flask import current_app

from inbox.config import Settings
from inbox.files.media_store import FolderStore
from inbox.services.conversations import sentiment
from inbox.services.sweep import MediaRules


def settings() -> Settings:
    """The settings of the application that this worker runs in."""
    found: Settings = current_app.config["LOBBY"]
    return found


def media_rules() -> MediaRules:
    """Where files go and where they may come from."""
    return MediaRules(FolderStore(settings().media_dir), settings().media_hosts)


def sentiment_model() -> sentiment.Model | None:
    """The language model that reads sentiment; None when none is set."""
    place = settings().sentiment_model
    return sentiment.model(place.url, place.key, place.name, place.hourly) if place else None
