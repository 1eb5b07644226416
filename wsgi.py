"""The web entry: `gunicorn wsgi:app`, and `flask --app wsgi …` for commands."""

import sys

from inbox import create_app
from inbox.environment import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"Lobby cannot start: {error}")
