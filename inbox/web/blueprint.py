"""The one blueprint of this door; each noun's file hangs its routes on it."""

from flask import Blueprint

blueprint = Blueprint("web", "inbox.web")
