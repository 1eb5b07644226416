"""Every documented answer, as a decision."""

import pickle
from collections.abc import Callable

import pytest
import responses

from inbox.greenapi import (
    Decision,
    GreenApi,
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
)
from inbox.greenapi.errors import WORDS
from tests.greenapi.calls import url_of
from tests.greenapi.webhooks import GUEST

LATER, NEVER = Decision.RETRY_LATER, Decision.NEVER
UNKNOWN, PAUSE = Decision.OUTCOME_UNKNOWN, Decision.PAUSE_INSTANCE


def validation(sentence: str) -> str:
    return (
        '{"statusCode":400,"timestamp":"2023-09-13T22:29:37.459Z","path":"/waInstance1/x/T",'
        f'"message":"Validation failed. Details: {sentence}"}}'
    )


ANSWERS = [
    (400, "instance in starting process try later", LATER, "starting"),
    (400, "instance is starting or not authorized", PAUSE, "not_authorized"),
    (400, "instance account not authorized", PAUSE, "not_authorized"),
    (400, '{"message": "Instance account not authorized"}', PAUSE, "not_authorized"),
    (
        400,
        "Instance account is expired. Renew your instance from personal area",
        PAUSE,
        "expired",
    ),
    (400, "Instance is deleted", PAUSE, "deleted"),
    (400, "bad request data", NEVER, "bad_request"),
    (400, "Unexpected token _ in JSON at position 12", NEVER, "bad_request"),
    (400, "", NEVER, "bad_request"),
    (400, validation("'message' is not allowed to be empty"), NEVER, "bad_request"),
    (400, validation("'chatId': invalid phone number"), NEVER, "invalid_phone"),
    (400, validation("'chatId' must be one of the next formats: 'x@c.us'"), NEVER, "invalid_chat"),
    (401, "", PAUSE, "wrong_token"),
    (403, "", PAUSE, "wrong_instance"),
    (403, "Your account is suspended", PAUSE, "suspended"),
    (403, "This method is temporarily not working", NEVER, "no_such_method"),
    (404, "<html>Not Found</html>", NEVER, "no_such_method"),
    (413, "", NEVER, "file_too_large"),
    (429, "", LATER, "rate_limited"),
    (466, '{"invokeStatus":{"method":"sendMessage","status":"QUOTE_EXCEEDED"}}', PAUSE, "quota"),
    (469, "User get contact info limit reached", NEVER, "contact_limit"),
    (499, "", UNKNOWN, "no_answer"),
    (
        500,
        "File from url exceeded max upload size. Size: 120mb Limit: 100mb",
        NEVER,
        "file_too_large",
    ),
    (500, "File unavailable", NEVER, "file_unavailable"),
    (500, "Internal Server Error", UNKNOWN, "server_trouble"),
    (502, "Bad Gateway", UNKNOWN, "server_trouble"),
    (503, "instance in starting process try later", UNKNOWN, "server_trouble"),
    (301, "", LATER, "redirected"),
    (302, "", UNKNOWN, "redirected"),
]


@pytest.mark.parametrize(("status", "body", "decision", "code"), ANSWERS)
def test_an_answer_to_a_send_becomes_a_decision(
    http: responses.RequestsMock,
    api: GreenApi,
    status: int,
    body: str,
    decision: Decision,
    code: str,
) -> None:
    error = refusal(http, api, status, body)
    assert (error.decision, error.code) == (decision, code)
    assert error.status == status
    assert error.words
    assert error.rate_limited is (status == 429)


@pytest.mark.parametrize(("status", "body", "decision", "code"), ANSWERS)
def test_the_same_answer_to_a_look_up_is_never_unknown(
    http: responses.RequestsMock,
    api: GreenApi,
    status: int,
    body: str,
    decision: Decision,
    code: str,
) -> None:
    http.add("GET", url_of(api, "getSettings"), body=body, status=status)
    with pytest.raises(GreenApiError) as caught:
        api.get_settings()
    assert caught.value.decision is not UNKNOWN
    if decision is not UNKNOWN and status != 466:
        assert (caught.value.decision, caught.value.code) == (decision, code)


def refusal(
    http: responses.RequestsMock,
    api: GreenApi,
    status: int,
    body: str,
    headers: dict[str, str] | None = None,
) -> GreenApiError:
    http.add("POST", url_of(api, "sendMessage"), body=body, status=status, headers=headers)
    with pytest.raises(GreenApiError) as caught:
        api.send_message(GUEST, "hello")
    return caught.value


def test_every_paused_instance_has_a_reason(http: responses.RequestsMock, api: GreenApi) -> None:
    error = refusal(http, api, 401, "")
    assert isinstance(error, InstanceUnavailable)
    assert error.reason is Reason.WRONG_TOKEN
    assert error.whole_instance


def test_starting_is_later_and_about_the_whole_instance(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    error = refusal(http, api, 400, "instance in starting process try later")
    assert isinstance(error, Starting)
    assert (error.reason, error.whole_instance) == (Reason.STARTING, True)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("99999", 3600.0), ("-1", None), ("soon", None), ("", None)]
)
def test_429_says_how_long_if_it_was_told(
    http: responses.RequestsMock, api: GreenApi, header: str, seconds: float | None
) -> None:
    error = refusal(http, api, 429, "", {"Retry-After": header})
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


def test_a_look_ups_own_quota_does_not_silence_the_number(
    http: responses.RequestsMock, api: GreenApi
) -> None:
    body = {"invokeStatus": {"method": "checkWhatsapp", "used": 100, "total": 100}}
    http.add("POST", url_of(api, "checkWhatsapp"), json=body, status=466)
    with pytest.raises(Refused) as caught:
        api.check_whatsapp("79001234567")
    assert caught.value.code == "quota_of_method"


def test_a_spent_number_of_correspondents_does(http: responses.RequestsMock, api: GreenApi) -> None:
    body = {"invokeStatus": {}, "correspondentsStatus": {"used": 3, "total": 3}}
    http.add("POST", url_of(api, "readChat"), json=body, status=466)
    with pytest.raises(InstanceUnavailable) as caught:
        api.read_chat(GUEST)
    assert caught.value.reason is Reason.QUOTA


@pytest.mark.parametrize(
    "make",
    [
        lambda api: api.send_message("79001234567@с.us", "Cyrillic с"),
        lambda api: api.send_message("status@broadcast", "x"),
        lambda api: api.send_message("120363@newsletter", "x"),
        lambda api: api.send_message("+79001234567", "x"),
        lambda api: api.send_message(GUEST, " \n"),
        lambda api: api.send_message(GUEST, "x" * 20_001),
    ],
)
def test_what_would_be_refused_anyway_is_refused_without_a_call(
    http: responses.RequestsMock, api: GreenApi, make: Callable[[GreenApi], object]
) -> None:
    with pytest.raises(Refused) as caught:
        make(api)
    assert caught.value.decision is NEVER
    assert not http.calls


def test_every_error_has_words_and_survives_a_pickle() -> None:
    kinds = [TryLater, Refused, NotFound, TooLarge, OutcomeUnknown, RateLimited, Starting]
    for kind in kinds:
        for code in WORDS:
            error = kind(code, method="sendMessage", status=400, retry_after=3)
            copy = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
            assert (type(copy), vars(copy)) == (type(error), vars(error))
            assert copy.words.endswith(".")
    for reason in Reason:
        assert InstanceUnavailable(reason).reason is reason
        assert reason in WORDS
