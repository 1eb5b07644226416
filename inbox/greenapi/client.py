"""The client for one Green API instance."""

import requests

from inbox.greenapi.account import Account
from inbox.greenapi.contacts import Contacts
from inbox.greenapi.corrections import Corrections
from inbox.greenapi.journals import Journals
from inbox.greenapi.receiving import Receiving
from inbox.greenapi.sending import Sending
from inbox.greenapi.sessions import Timeout
from inbox.greenapi.transport import Transport
from inbox.greenapi.uploads import Uploads

API_URL = "https://api.green-api.com"
MEDIA_URL = "https://media.green-api.com"


class GreenApi(Sending, Uploads, Corrections, Receiving, Journals, Account, Contacts):
    """Green API's methods for one instance, in snake_case.

    Cheap to make, safe to share between threads. Without a `session` all clients of a process
    share one connection pool; a session of your own must not retry. Nothing is ever retried and
    no redirect followed. Every method raises GreenApiError, which carries the decision.
    """

    def __init__(
        self,
        id_instance: int,
        token: str,
        *,
        api_url: str = API_URL,
        media_url: str = MEDIA_URL,
        session: requests.Session | None = None,
        timeout: Timeout = Timeout(connect=5, read=20),  # noqa: B008 (frozen)
    ) -> None:
        self._transport = Transport(id_instance, token, api_url, media_url, session, timeout)

    @property
    def id_instance(self) -> int:
        return self._transport.id_instance

    def __repr__(self) -> str:
        return f"GreenApi(id_instance={self.id_instance})"
