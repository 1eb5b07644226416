"""Green API puts the token in the URL: it must not come out again, whatever breaks."""

import io
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from inbox.greenapi import GreenApi, GreenApiError, Settings
from inbox.greenapi.redaction import mask_paths
from tests.greenapi import wire as w
from tests.greenapi.conftest import ID_INSTANCE, TOKEN

GUEST = "79001234567@c.us"
SECRET_TEXT = "the safe code of room 12 is 4711"

ECHO = (
    '{"statusCode":400,"timestamp":"2023-09-13T22:29:37.459Z",'
    f'"path":"/waInstance{ID_INSTANCE}/sendMessage/{TOKEN}",'
    f'"message":"Validation failed at /waInstance{ID_INSTANCE}/sendMessage/{TOKEN}:'
    f' {SECRET_TEXT}"}}'
).encode()

FAILURES: dict[str, w.Behaviour] = {
    **{name: behaviour for name, behaviour in w.BROKEN.items() if name != "an empty 200"},
    "400 with the token in its path": w.answers(ECHO, "400 Bad Request"),
    "400 as text with the url": w.answers(
        f"http://h/waInstance1/sendMessage/{TOKEN}?x=1 {SECRET_TEXT}".encode(), "400 Bad Request"
    ),
    "401": w.answers(b"", "401 Unauthorized"),
    "403": w.answers(b"", "403 Forbidden"),
    "404": w.answers(f"<html>Not Found {TOKEN}</html>".encode(), "404 Not Found"),
    "429": w.answers(b"", "429 Too Many Requests"),
    "466": w.answers(b'{"invokeStatus":{"method":"sendMessage"}}', "466 Quota"),
    "500 with the url": w.answers(ECHO, "500 Internal Server Error"),
    "broken headers": w.sends(
        b"HTTP/1.1 400 Bad Request\r\nbroken header line\r\nContent-Length: 2\r\n\r\n{}"
    ),
}
CALLS: dict[str, Callable[[GreenApi], object]] = {
    "a send": lambda api: api.send_message(GUEST, SECRET_TEXT),
    "an upload": lambda api: api.send_file_by_upload(
        GUEST, io.BytesIO(b"x" * 9999), "a.txt", caption=SECRET_TEXT
    ),
    "a bare upload": lambda api: api.upload_file(io.BytesIO(b"x" * 9999), "a.txt", "text/plain"),
    "a contact": lambda api: api.send_contact(GUEST, "79001234567", first_name=SECRET_TEXT),
    "a forward": lambda api: api.forward_messages(GUEST, "79001234567@c.us", ["A"]),
    "an edit": lambda api: api.edit_message(GUEST, "A", SECRET_TEXT),
    "a look-up": lambda api: api.get_state_instance(),
    "a delete": lambda api: api.delete_notification(7),
}


TELL_SOMETHING = {"sendMessage", "sendFileByUpload", "sendContact", "editMessage"}
"""The methods of CALLS that hold the secret text; the others' servers make it up."""


def everything_about(error: BaseException) -> str:
    """All that a log, an error tracker or a job queue could ever write down of it."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [
        f"{frame.line} {frame.locals}"
        for frame in report.stack
        if "inbox/greenapi" in frame.filename
    ]
    parts = [str(error), repr(error), repr(error.args), repr(vars(error)), *ours]
    parts += ["".join(traceback.format_exception(error)), repr(pickle.dumps(error))]
    return "\n".join(parts)


@pytest.mark.parametrize("behaviour", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_no_failure_tells_the_token(
    at: Callable[[str], GreenApi],
    caplog: pytest.LogCaptureFixture,
    behaviour: w.Behaviour,
    call: Callable[[GreenApi], object],
) -> None:
    caplog.set_level(logging.DEBUG)
    with w.wire(behaviour) as server:
        error = _error_of(at(server.url), call)
    _assert_silent(error, caplog)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid"])
def test_no_unreachable_server_tells_the_token(
    at: Callable[[str], GreenApi],
    caplog: pytest.LogCaptureFixture,
    url: str,
    call: Callable[[GreenApi], object],
) -> None:
    caplog.set_level(logging.DEBUG)
    error = _error_of(at(url.format(port=w.closed_port())), call)
    _assert_silent(error, caplog)


def _error_of(api: GreenApi, call: Callable[[GreenApi], object]) -> GreenApiError | None:
    """The failure; None if there was none."""
    try:
        call(api)
    except GreenApiError as error:
        return error
    return None


def _assert_silent(error: GreenApiError | None, caplog: pytest.LogCaptureFixture) -> None:
    assert error is not None
    assert error.__cause__ is None
    assert error.__context__ is None
    told = everything_about(error)
    assert TOKEN not in told
    without_callers = f"{error} {error!r} {error.args} {vars(error)}"
    assert error.method not in TELL_SOMETHING or SECRET_TEXT not in without_callers
    assert "9001234567" not in without_callers
    logged = caplog.text + "".join(
        f"{r.getMessage()} {r.args} {r.exc_info}" for r in caplog.records
    )
    assert TOKEN not in logged
    assert "urllib3" in caplog.text, "urllib3's own log was captured"


def test_urllib3_still_logs_but_masked(
    at: Callable[[str], GreenApi], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with w.wire(w.answers(b'{"stateInstance":"authorized"}')) as server:
        at(server.url).get_state_instance()
    assert f"/waInstance{ID_INSTANCE}/getStateInstance/…" in caplog.text
    assert TOKEN not in caplog.text


def test_what_is_repeated_of_an_error_is_useful(at: Callable[[str], GreenApi]) -> None:
    body = b'{"message":"Validation failed. Details: \'chatId\' is required","path":"/x"}'
    with w.wire(w.answers(body, "400 Bad Request")) as server:
        error = _error_of(at(server.url), CALLS["a look-up"])
    assert error is not None
    assert error.detail == "Validation failed. Details: 'chatId' is required"


def test_the_client_and_its_parts_do_not_show_the_token(api: GreenApi) -> None:
    assert TOKEN not in f"{api!r} {api} {vars(api)}"


def test_a_bad_token_or_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="token") as caught:
        GreenApi(1, "bad\ntoken-4711")
    assert "4711" not in str(caught.value)
    for url in ("ftp://x", "api.green-api.com", "https://u:p@h", "https://h/?q", "https://h\\@g"):
        with pytest.raises(ValueError, match="address"):
            GreenApi(1, TOKEN, api_url=url)


def test_the_token_never_crosses_the_internet_in_the_open() -> None:
    with pytest.raises(ValueError, match="https"):
        GreenApi(1, TOKEN, api_url="http://1101.api.greenapi.com")
    GreenApi(1, TOKEN, api_url="http://simulator:7103/")


def test_settings_do_not_show_the_webhook_token() -> None:
    settings = Settings({"webhookUrlToken": "s3cret", "incomingWebhook": "yes"})
    assert "s3cret" not in repr(settings)
    assert settings["webhookUrlToken"] == "s3cret"
    assert settings.is_on("incomingWebhook")
    assert not settings.is_on("outgoingWebhook")


def test_every_spelling_of_a_path_is_masked() -> None:
    for path in (
        f"/waInstance1/sendMessage/{TOKEN}",
        f"http://h:1/waInstance1/deleteNotification/{TOKEN}/77",
        f"'/WAINSTANCE1/qr/{TOKEN}'",
        f'"POST //waInstance1//sendMessage//{TOKEN} HTTP/1.1"',
    ):
        assert TOKEN not in mask_paths(path)
