"""The web entry: `gunicorn wsgi:app`, and `flask --app wsgi …` for commands."""

import sys

from inbox import create_app
from inbox.environment import SettingsError
from inbox.web.page.bundle import BundleError

try:
    app = create_app()
except (SettingsError, BundleError) as error:
    sys.exit(f"Lobby cannot start: {error}")
