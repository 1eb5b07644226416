"""The Flask app of the simulator: Green API's surface, the files, the control API."""

from flask import Flask, Response

from inbox.simulator.calls import NOT_FOUND
from inbox.simulator.routes_control import control_blueprint
from inbox.simulator.surface import register
from inbox.simulator.world import World


def create_app(world: World) -> Flask:
    """An app on `world`; several apps in one process do not know of each other."""
    app = Flask("inbox.simulator", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    register(app, world)
    app.register_blueprint(control_blueprint(world))

    @app.get("/_media/<name>")
    def media(name: str) -> Response:
        """A file as Green API's storage serves it."""
        file = world.media.get(name)
        if file is None:
            return Response(NOT_FOUND, status=404, mimetype="text/html")
        return Response(file.data, content_type=file.mime_type)

    @app.errorhandler(404)
    def not_found(error: Exception) -> Response:
        """Green API's own page for an address that is nothing."""
        return Response(NOT_FOUND, status=404, mimetype="text/html")

    return app
