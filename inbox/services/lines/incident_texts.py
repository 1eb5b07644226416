"""What the desk reads about an incident of its line: what happened, since when, what to do."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox import clock
from inbox.models import Incident
from inbox.services.lines import incidents

BAD = (incidents.WRONG_TOKEN, incidents.SILENT, incidents.WEBHOOK_SET)  # guests are not heard


def sentence(incident: Incident, timezone: str) -> str:
    """The incident in plain words; times are those of the hotel's wall clock."""
    since = incidents.moment(incident, "since") or incident.opened_at
    words = SENTENCES.get(incident.kind, _something)
    return words(incident, _time(since, timezone), timezone)


def _time(moment: datetime, timezone: str) -> str:
    """14:05 today, else 20 Nov, 14:05."""
    zone = ZoneInfo(timezone)
    there, today = moment.astimezone(zone), clock.now().astimezone(zone).date()
    day = "" if there.date() == today else f"{there.day} {there:%b}, "
    return f"{day}{there:%H:%M}"


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many}"


def _wrong_token(incident: Incident, since: str, _timezone: str) -> str:
    return (
        f"WhatsApp messages are turned away since {since}, because they come with a wrong webhook "
        "token, and are lost after a day. Whoever runs Lobby must connect the number again."
    )


def _recovered(incident: Incident, since: str, _timezone: str) -> str:
    if incident.count == 1:
        return (
            f"1 message of {since} had not reached Lobby and was fetched afterwards. It is marked "
            "“recovered” in its thread: see that it is answered."
        )
    return (
        f"{incident.count} messages since {since} had not reached Lobby and were fetched "
        "afterwards. They are marked “recovered” in their threads: see that they are answered."
    )


def _silent(incident: Incident, since: str, timezone: str) -> str:
    sends = incident.facts.get("sends", 0)
    is_silent = incident.facts.get("missed", 0) or incident.facts.get("waiting", 0) or not sends
    replies = "1 reply has" if sends == 1 else f"{sends} replies have"
    trouble = "nothing has come in" if is_silent else f"{replies} waited there"
    rebooted_at = incidents.moment(incident, "rebooted_at")
    done = f" Lobby restarted it at {_time(rebooted_at, timezone)}." if rebooted_at else ""
    return (
        f"WhatsApp says this number is connected, but {trouble} since {since}.{done} "
        "Look at the hotel's phone for messages until this is over."
    )


def _quarantine(incident: Incident, since: str, _timezone: str) -> str:
    what = _count(incident.count, "notification", "notifications")
    return f"{what} from WhatsApp could not be read since {since}. A manager can look at it."


def _webhook_set(_incident: Incident, since: str, _timezone: str) -> str:
    return (
        f"No messages can be collected since {since}, because a webhook address is set for this "
        "number at Green API. Whoever runs Lobby must remove it in the Green API console, or run: "
        "flask --app wsgi instance connect HOTEL"
    )


def _repeated(incident: Incident, since: str, _timezone: str) -> str:
    what = _count(incident.count, "old message", "old messages")
    return (
        f"WhatsApp has sent {what} of ours to guests again since {since}. Lobby did not ask "
        "for it. They stand in their threads as sent by another device."
    )


def _something(_incident: Incident, since: str, _timezone: str) -> str:
    return f"Something is wrong with this number's line since {since}. Tell whoever runs Lobby."


SENTENCES: dict[str, Callable[[Incident, str, str], str]] = {
    incidents.WRONG_TOKEN: _wrong_token,
    incidents.RECOVERED: _recovered,
    incidents.SILENT: _silent,
    incidents.QUARANTINE: _quarantine,
    incidents.WEBHOOK_SET: _webhook_set,
    incidents.REPEATED: _repeated,
}
