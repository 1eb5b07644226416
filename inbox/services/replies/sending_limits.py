"""How a hotel sends: its pace, whom it may write to first, what guests learn of being read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inbox.errors import Invalid
from inbox.models import Hotel
from inbox.services import audit, locks
from inbox.services.conversations import first_contacts
from inbox.services.conversations.receipts import CHOICES
from inbox.services.transaction import Work, transaction

MOST_FIRST_CONTACTS = 1000
# docs/green-api.md 3.3: 50 calls a second; slower than one in 20 seconds is no conversation.
FASTEST, SLOWEST = 20, 60_000


@dataclass(frozen=True)
class SendingLimits:
    """What is to change; None, or a number that is not in `intervals`, stays as it is.

    `intervals` are the milliseconds between two messages, by instance.
    """

    first_contacts_a_day: int | None = None
    read_receipts: str | None = None
    intervals: Mapping[int, int] = field(default_factory=dict)


def change(hotel_id: int, actor: str, rules: SendingLimits) -> None:
    """Let the hotel send by these rules from now on. Raises `Invalid` (`first_contacts_a_day`,
    `read_receipts`, `interval-` with the number's id), and `NotFound` for another hotel's number.
    """
    _check(rules)
    with transaction() as work:
        changed = _set_paces(work, hotel_id, rules.intervals)
        changed |= _set_hotel(work, hotel_id, rules)
        if changed:
            work.changed(hotel_id, "line")
            audit.record(work, actor, "hotel.rules", hotel_id=hotel_id, changed=changed)


def number(text: str, name: str) -> int:
    """The whole number that somebody typed. Raises `Invalid` under this name."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Invalid({name: "Write a whole number."})
    return int(digits)


def _check(rules: SendingLimits) -> None:
    fields = {}
    if (
        rules.first_contacts_a_day is not None
        and not 0 <= rules.first_contacts_a_day <= MOST_FIRST_CONTACTS
    ):
        fields["first_contacts_a_day"] = f"Choose 0 to {MOST_FIRST_CONTACTS:,} people a day."
    if rules.read_receipts is not None and rules.read_receipts not in CHOICES:
        fields["read_receipts"] = "Choose when guests see that they were read."
    for instance_id, interval in rules.intervals.items():
        if not FASTEST <= interval <= SLOWEST:
            fields[f"interval-{instance_id}"] = f"Choose {FASTEST} to {SLOWEST:,} milliseconds."
    if fields:
        raise Invalid(fields)


def _set_paces(work: Work, hotel_id: int, intervals: Mapping[int, int]) -> dict[str, object]:
    changed: dict[str, object] = {}
    for instance_id, interval in sorted(intervals.items()):
        instance = locks.instance_of(work, hotel_id, instance_id)
        if instance.send_interval_ms != interval:
            instance.send_interval_ms = interval
            changed[f"interval_of_{instance_id}"] = interval
    return changed


def _set_hotel(work: Work, hotel_id: int, rules: SendingLimits) -> dict[str, object]:
    hotel = work.session.get_one(Hotel, hotel_id)
    wanted = {
        "first_contacts_a_day": rules.first_contacts_a_day,
        "read_receipts": rules.read_receipts,
    }
    changed: dict[str, object] = {
        name: value
        for name, value in wanted.items()
        if value is not None and getattr(hotel, name) != value
    }
    if "first_contacts_a_day" in changed:
        first_contacts.weigh_again(work, hotel_id)
    for name, value in changed.items():
        setattr(hotel, name, value)
    return changed
