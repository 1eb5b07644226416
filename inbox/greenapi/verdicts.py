"""From what happened on the wire to an error that carries the decision.

Two questions, in this order. Could Green API have accepted it? For a send, only proof counts: a
connection that was never made, or an answer that says no. Everything else about a send is
OutcomeUnknown. Then: would the same call work later?
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

import requests
import urllib3.exceptions as transport

from inbox.greenapi.errors import (
    GreenApiError,
    InstanceUnavailable,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Reason,
    Refused,
    Starting,
    TooLarge,
    TryLater,
    Unreachable,
)
from inbox.greenapi.fields import Fields, number


@dataclass(frozen=True)
class Call:
    """What was asked. `is_send` means that doing it twice would reach a guest twice."""

    method: str
    is_send: bool = False


@dataclass(frozen=True, repr=False)
class Answer:
    """What came back. `data` is the parsed JSON, or None where the body was not JSON."""

    status: int
    text: str
    data: object
    retry_after: str = ""

    @property
    def message(self) -> str:
        """The error sentence, from whichever of the shapes Green API used."""
        if isinstance(self.data, str):
            return self.data
        return Fields.of(self.data).text("message") or ("" if self.data else self.text)


# --- nothing came back ---------------------------------------------------------------------

_NEVER_CONNECTED = (transport.NewConnectionError, transport.ConnectTimeoutError)


def of_failure(error: Exception, call: Call) -> GreenApiError:
    """The verdict on an exception of requests, urllib3 or the socket while sending or reading.

    No type but those of `never_connected` is proof: InvalidHeader and InvalidURL sound like bad
    requests, but can also be about the answer (two Content-Lengths, an odd Location).
    """
    if never_connected(error):
        return Unreachable("unreachable", method=call.method)
    code = "no_answer" if is_timeout(error) else "connection_lost"
    return uncertain(code, call)


def never_connected(error: Exception) -> bool:
    """Whether this proves that not one byte of the request was written.

    A refused connection, an unknown host and a connect timeout do; so does a certificate that
    was not accepted. A reset does not, not even on a kept-alive connection that may have been
    closed long ago: the server may have read the request first. Nor do other TLS errors, which
    can happen in the middle of an answer.
    """
    reason: object = error
    for wrapper in (requests.RequestException, transport.MaxRetryError, transport.ProxyError):
        if isinstance(reason, wrapper) and not isinstance(reason, _NEVER_CONNECTED):
            reason = _inside(reason)
    if isinstance(reason, transport.SSLError) and reason.args:
        reason = reason.args[0]
    return isinstance(reason, (*_NEVER_CONNECTED, ssl.SSLCertVerificationError))


def _inside(wrapper: Exception) -> object:
    if isinstance(wrapper, transport.MaxRetryError):
        return wrapper.reason
    if isinstance(wrapper, transport.ProxyError):
        return wrapper.original_error
    return wrapper.args[0] if wrapper.args else None


def is_timeout(error: Exception) -> bool:
    """Whether we gave up waiting, rather than being cut off."""
    inner = error.args[0] if error.args else None
    timeouts = (requests.exceptions.Timeout, transport.TimeoutError, TimeoutError)
    return isinstance(error, timeouts) or isinstance(inner, timeouts)


def uncertain(code: str, call: Call, status: int | None = None) -> GreenApiError:
    """No proof either way: unknown for a send, simply again later for everything else."""
    kind: type[GreenApiError] = OutcomeUnknown if call.is_send else TryLater
    return kind(code, method=call.method, status=status)


# --- an answer that says no ----------------------------------------------------------------

_SAID: tuple[tuple[str, type[GreenApiError], str], ...] = (
    ("invalid phone number", Refused, "invalid_phone"),
    ("'phonenumber' must", Refused, "invalid_phone"),
    ("bad phone number", Refused, "invalid_phone"),
    ("must be one of the next formats", Refused, "invalid_chat"),
    ("validation failed", Refused, "bad_request"),
    ("starting process", Starting, "starting"),
    ("starting or not authorized", InstanceUnavailable, Reason.NOT_AUTHORIZED),
    ("not authorized", InstanceUnavailable, Reason.NOT_AUTHORIZED),
    ("account is expired", InstanceUnavailable, Reason.EXPIRED),
    ("instance is deleted", InstanceUnavailable, Reason.DELETED),
    ("account is suspended", InstanceUnavailable, Reason.SUSPENDED),
    ("webhook url is set", Refused, "webhook_url_set"),
    ("check phone number timeout limit", TryLater, "check_limit"),
    ("exceeded max upload size", TooLarge, "file_too_large"),
    ("file unavailable", Refused, "file_unavailable"),
    ("chatid not found", NotFound, "not_found"),
    ("message notfound", NotFound, "not_found"),
    ("message not found", NotFound, "not_found"),
    ("findunackedmessage", NotFound, "already_deleted"),
    ("temporarily not working", Refused, "no_such_method"),
)
"""Sentences of 400, 403 and 500 bodies (lower case): each proves that nothing was accepted."""


def of_answer(answer: Answer, call: Call) -> GreenApiError | None:
    """The verdict on an HTTP answer; None if it is an acceptance."""
    if 200 <= answer.status < 300:
        return None
    judge = _JUDGES.get(answer.status, _judge_other)
    return judge(answer, call)


def _make(kind: type[GreenApiError], code: str, answer: Answer, call: Call) -> GreenApiError:
    return kind(code, method=call.method, status=answer.status)


def _as_said(answer: Answer, call: Call) -> GreenApiError | None:
    said = answer.message.lower()
    for sentence, kind, code in _SAID:
        if sentence in said:
            return _make(kind, code, answer, call)
    return None


def _judge_400(answer: Answer, call: Call) -> GreenApiError:
    return _as_said(answer, call) or _make(Refused, "bad_request", answer, call)


def _judge_401(answer: Answer, call: Call) -> GreenApiError:
    return _make(InstanceUnavailable, Reason.WRONG_TOKEN, answer, call)


def _judge_403(answer: Answer, call: Call) -> GreenApiError:
    wrong_instance = _make(InstanceUnavailable, Reason.WRONG_INSTANCE, answer, call)
    return _as_said(answer, call) or wrong_instance


def _judge_404(answer: Answer, call: Call) -> GreenApiError:
    return _make(NotFound, "no_such_method", answer, call)


def _judge_413(answer: Answer, call: Call) -> GreenApiError:
    return _make(TooLarge, "file_too_large", answer, call)


def _judge_429(answer: Answer, call: Call) -> GreenApiError:
    seconds = number(answer.retry_after)
    wait = min(seconds, 3600.0) if seconds is not None and seconds >= 0 else None
    return RateLimited("rate_limited", method=call.method, status=429, retry_after=wait)


def _judge_466(answer: Answer, call: Call) -> GreenApiError:
    """The plan's quota. A look-up's own quota must not silence the whole number."""
    is_about_line = call.is_send or Fields.of(answer.data).has("correspondentsStatus")
    if is_about_line:
        return _make(InstanceUnavailable, Reason.QUOTA, answer, call)
    return _make(Refused, "quota_of_method", answer, call)


def _judge_469(answer: Answer, call: Call) -> GreenApiError:
    return _make(Refused, "contact_limit", answer, call)


def _judge_moved(answer: Answer, call: Call) -> GreenApiError:
    """301, 307, 308: whoever answered did nothing but point elsewhere."""
    return _make(TryLater, "redirected", answer, call)


def _judge_other(answer: Answer, call: Call) -> GreenApiError:
    """5xx, 499, 408, 302, 303 …: a gateway that fails may have passed the request on before."""
    if answer.status in (408, 499):
        return uncertain("no_answer", call, answer.status)
    if 400 <= answer.status < 500:
        return _judge_400(answer, call)
    if answer.status < 400:
        return uncertain("redirected", call, answer.status)
    said = _as_said(answer, call) if answer.status == 500 else None
    return said or uncertain("server_trouble", call, answer.status)


_JUDGES: dict[int, Callable[[Answer, Call], GreenApiError]] = {
    301: _judge_moved,
    307: _judge_moved,
    308: _judge_moved,
    400: _judge_400,
    401: _judge_401,
    403: _judge_403,
    404: _judge_404,
    413: _judge_413,
    429: _judge_429,
    466: _judge_466,
    469: _judge_469,
}
