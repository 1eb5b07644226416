"""Lobby: the WhatsApp inbox of a hotel's front desk. `create_app` is the one file that sees
every room.
"""

import os
from datetime import timedelta

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from inbox import api, cli, health, sockets, web
from inbox.api import errors as api_errors
from inbox.config import ROOT, Settings
from inbox.dispatch.link import link
from inbox.extensions import csrf, db, engine_options, let_go, limiter, migrate, socketio
from inbox.request_slots import AT_ONCE, AT_ONCE_AFAR, ConcurrencyLimit, request_slots
from inbox.security import headers, large_bodies, refused_bodies, sessions
from inbox.services.lines import instances
from inbox.vault.secrets import vault
from inbox.web.page import errors as web_errors

SESSION_HOURS = 24 * 14
LARGEST_ID = 2**63 - 1
LONGEST_ID = len(str(LARGEST_ID))


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Without `settings` they are read from the environment. Connects to
    nothing.
    """
    settings = settings or Settings.from_env(os.environ)
    app = Flask(
        "inbox", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    _configure(app, settings)
    _bind(app, settings)
    for blueprint in (web.blueprint, api.blueprint, health.blueprint):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _refused)
    cli.register(app)
    return app


def _refused(error: HTTPException) -> ResponseReturnValue:
    """An address that no route knows is answered in the manner of the door it was meant for."""
    if request.path.startswith("/api/"):
        return api_errors.http_error(error)
    return web_errors.http_error(error)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        LOBBY=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=1024 * 1024,
        SESSION_COOKIE_NAME="lobby",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        WTF_CSRF_TIME_LIMIT=None,  # a desk leaves its page open for days
        RATELIMIT_STORAGE_URI=_limits_in(settings.redis_url),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=True,  # a Redis that dies in between must not keep people out
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 0.3, "socket_timeout": 0.5},
    )
    app.url_map.converters["int"] = RowNumber


def _bind(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    app.teardown_appcontext(let_go)  # before Flask-SQLAlchemy's own, which would raise
    migrate.init_app(app, db)
    large_bodies.bind(app)
    csrf.init_app(app)
    limiter.init_app(app)
    socketio.init_app(
        app,
        async_mode="threading",
        transports=["websocket"],
        cors_allowed_origins=_origins(settings),
    )
    app.wsgi_app = ConcurrencyLimit(  # type: ignore[method-assign]
        sockets.SocketGate(app, app.wsgi_app)
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    request_slots.open(AT_ONCE if settings.database_url.startswith("sqlite") else AT_ONCE_AFAR)
    link.bind(settings.redis_url)
    vault.bind(settings.encryption_keys)
    instances.bind(settings.provider_seconds)
    sessions.bind(app)
    headers.bind(app)
    refused_bodies.bind(app)


def _origins(settings: Settings) -> list[str] | None:
    """Same origin only; behind a proxy that is the public address."""
    return [settings.public_url] if settings.production and settings.public_url else None


def _limits_in(redis_url: str) -> str:
    """Flask-Limiter's spelling of a Unix socket."""
    return redis_url.replace("unix://", "redis+unix://", 1)


class RowNumber(IntegerConverter):
    """A row's id. What no database can hold is the id of nothing, and not found like any other."""

    def to_python(self, value: str) -> int:
        """The number; 0, which no row has, for one that is too large."""
        return int(value) if len(value) <= LONGEST_ID and int(value) <= LARGEST_ID else 0


__all__ = ["create_app", "sockets"]
