"""Green API's limits: requests per second of each method, and the Developer plan's quotas."""

import threading
import time
from collections import deque

_SENDS = (
    "sendMessage sendLocation sendContact sendFileByUrl sendFileByUpload sendPoll forwardMessages"
)
SENDS = frozenset(_SENDS.split())
"""The methods that bring something to a guest's phone."""

_PER_SECOND = {
    100: "receiveNotification deleteNotification",
    50: f"{_SENDS} sendButtons sendTemplateButtons sendListMessage sendLink",
    10: "getMessage readChat checkWhatsapp getAvatar deleteMessage",
    5: "downloadFile",
    3: "qr",
    1: (
        "getSettings setSettings getStateInstance getStatusInstance reboot logout getWaSettings"
        " getChatHistory lastIncomingMessages lastOutgoingMessages getContacts getContactInfo"
        " clearMessagesQueue showMessagesQueue"
    ),
}
REQUESTS_PER_SECOND = {
    method: rate for rate, methods in _PER_SECOND.items() for method in methods.split()
}
"""The documented table (docs:api/ratelimiter); a method that is not in it is not limited."""

DEVELOPER_CHATS = 3
DEVELOPER_QUOTAS = {"checkWhatsapp": 100, "getChatHistory": 300}


class RateLimiter:
    """Counts the calls of one instance in the last second, method by method."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, method: str) -> int | None:
        """How many calls remain in this second after this one; None when it is one too many.

        A method without a documented limit always has one call left.
        """
        rate = REQUESTS_PER_SECOND.get(method)
        if rate is None:
            return 1
        with self._lock:
            recent = self._recent.setdefault(method, deque())
            now = time.monotonic()
            while recent and now - recent[0] >= 1.0:
                recent.popleft()
            if len(recent) >= rate:
                return None
            recent.append(now)
            return rate - len(recent)


class DeveloperPlan:
    """The free plan: three chats and some calls a month. Counts for ever, as a month is long."""

    def __init__(self) -> None:
        self.chats: set[str] = set()
        self.used: dict[str, int] = {}

    def refuse(self, method: str, chat_id: str) -> dict[str, object] | None:
        """The body of a 466 answer, or None when the call is within the quota (and is counted)."""
        total = DEVELOPER_QUOTAS.get(method, 10_000)
        used = self.used.get(method, 0)
        new_chat = method in SENDS and chat_id and chat_id not in self.chats
        if new_chat and len(self.chats) >= DEVELOPER_CHATS:
            return {
                "invokeStatus": _quota(method, used, total, "QUOTE_ALLOWED"),
                "correspondentsStatus": self.chats_exceeded("CORRESPONDENTS_QUOTE_EXCEEDED"),
            }
        if used >= total:
            return {"invokeStatus": _quota(method, used, total, "QUOTE_EXCEEDED")}
        self.used[method] = used + 1
        if new_chat:
            self.chats.add(chat_id)
        return None

    def chats_exceeded(self, status: str) -> dict[str, object]:
        """The block about the three chats; answer and webhook spell `status` differently."""
        return _quota("correspondents", len(self.chats), DEVELOPER_CHATS, status)


def _quota(method: str, used: int, total: int, status: str) -> dict[str, object]:
    words = f"The monthly quota of {method} is {total} on the Developer plan."
    return {
        "method": method,
        "used": used,
        "total": total,
        "status": status,
        "description": words,
    }
