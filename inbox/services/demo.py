"""Two demo hotels with people, and numbers that live in the simulator. For development only."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from inbox.errors import Conflict
from inbox.extensions import db
from inbox.models import Hotel, Instance, Staff
from inbox.services.hotels import hotels, staff
from inbox.services.lines import connection, instances

PASSWORD = "welcome to the lobby"  # public on purpose: it opens the demo on this machine only


@dataclass(frozen=True)
class DemoHotel:
    """A hotel of the demo and its number at the simulator."""

    slug: str
    name: str
    timezone: str
    language: str
    id_instance: int
    wid: str


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as."""

    email: str
    name: str
    password: str
    role: str
    hotels: tuple[str, ...]


HOTELS = (
    DemoHotel("grand-plaza", "Grand Plaza", "Europe/Madrid", "es", 7103000001, "34910000001@c.us"),
    DemoHotel(
        "seaview", "Seaview Residence", "Europe/Lisbon", "pt", 7103000002, "351210000002@c.us"
    ),
)
ACCOUNTS = (
    DemoAccount("ana@demo.lobby", "Ana Ruiz", PASSWORD, "front_desk", ("grand-plaza",)),
    DemoAccount("marta@demo.lobby", "Marta Silva", PASSWORD, "manager", ("grand-plaza", "seaview")),
)


def seed(data_dir: Path, simulator_port: int) -> None:
    """Add what is missing, and write the simulator's list of instances. Safe to repeat."""
    tokens = _tokens(data_dir / "simulator.json")
    for hotel in HOTELS:
        if not db.session.scalar(select(Hotel.id).where(Hotel.slug == hotel.slug)):
            hotels.add(hotel.slug, hotel.name, hotel.timezone, hotel.language)
        _add_number(hotel, tokens[hotel.id_instance], f"http://127.0.0.1:{simulator_port}")
    for account in ACCOUNTS:
        if not db.session.scalar(select(Staff.id).where(Staff.email == account.email)):
            staff.add(account.email, account.name, account.password)
        for slug in account.hotels:
            staff.grant(account.email, slug, account.role)
    _write(data_dir / "simulator.json", tokens)


def connect(public_url: str) -> list[str]:
    """Point the demo numbers' webhooks at us. Returns what went wrong, in words."""
    ids = [hotel.id_instance for hotel in HOTELS]
    rows = db.session.scalars(select(Instance.id).where(Instance.id_instance.in_(ids))).all()
    troubles = [connection.connect(row, public_url) for row in rows]
    return [trouble for trouble in troubles if trouble]


def _add_number(hotel: DemoHotel, token: str, api_url: str) -> None:
    try:
        instances.add(hotel.slug, instances.Access(hotel.id_instance, token, api_url=api_url))
    except Conflict:
        instances.move(hotel.id_instance, token, api_url)


def _tokens(path: Path) -> dict[int, str]:
    """The simulator's tokens: those of the last run, or new ones."""
    if path.exists():
        return {item["id_instance"]: item["token"] for item in json.loads(path.read_text())}
    return {hotel.id_instance: secrets.token_hex(25) for hotel in HOTELS}


def _write(path: Path, tokens: dict[int, str]) -> None:
    """The file that `flask simulator --instances` reads. It holds tokens, so only we may."""
    instances_of_demo = [
        {
            "id_instance": hotel.id_instance,
            "token": tokens[hotel.id_instance],
            "name": hotel.name,
            "hotel": hotel.slug,
            "wid": hotel.wid,
            "language": hotel.language,
        }
        for hotel in HOTELS
    ]
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(instances_of_demo, indent=2))
    os.replace(draft, path)
