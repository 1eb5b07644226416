"""What a broken network proves about a send, on real sockets."""

import io
import time
from collections.abc import Callable

import pytest

from inbox.greenapi import Decision, GreenApi, OutcomeUnknown, TryLater
from tests.greenapi import wire as w
from tests.greenapi.conftest import At
from tests.greenapi.webhooks import GUEST


@pytest.mark.parametrize("behaviour", w.BROKEN.values(), ids=w.BROKEN.keys())
def test_a_send_without_proof_is_unknown_and_made_once(at: At, behaviour: w.Behaviour) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(OutcomeUnknown) as caught:
            at(server.url).send_message(GUEST, "hello")
        assert caught.value.decision is Decision.OUTCOME_UNKNOWN
        assert len(server.requests) == 1


SENDS: dict[str, Callable[[GreenApi], object]] = {
    "sendLocation": lambda api: api.send_location(GUEST, 41.38, 2.17),
    "sendContact": lambda api: api.send_contact(GUEST, "34910000000", first_name="Taxi"),
    "sendPoll": lambda api: api.send_poll(GUEST, "When?", ["8", "9"]),
    "forwardMessages": lambda api: api.forward_messages(GUEST, "1@lid", ["A", "B"]),
    "sendFileByUrl": lambda api: api.send_file_by_url(GUEST, "https://x/a.pdf", "a.pdf"),
    "sendFileByUpload": lambda api: api.send_file_by_upload(GUEST, io.BytesIO(b"x"), "a.pdf"),
}
REPEATABLE: dict[str, Callable[[GreenApi], object]] = {
    "uploadFile": lambda api: api.upload_file(io.BytesIO(b"x"), "a.pdf", "application/pdf"),
    "editMessage": lambda api: api.edit_message(GUEST, "A", "hello"),
    "deleteMessage": lambda api: api.delete_message(GUEST, "A"),
    "readChat": lambda api: api.read_chat(GUEST, "A"),
    "checkWhatsapp": lambda api: api.check_whatsapp(GUEST),
}
TRICKY = {
    name: w.BROKEN[name]
    for name in ("reset after the request was read", "half an answer", "html", "502", "302")
}


@pytest.mark.parametrize("behaviour", TRICKY.values(), ids=TRICKY.keys())
@pytest.mark.parametrize("send", SENDS.values(), ids=SENDS.keys())
def test_every_kind_of_send_without_proof_is_unknown_and_made_once(
    at: At, send: Callable[[GreenApi], object], behaviour: w.Behaviour
) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(OutcomeUnknown):
            send(at(server.url))
        assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", TRICKY.values(), ids=TRICKY.keys())
@pytest.mark.parametrize("call", REPEATABLE.values(), ids=REPEATABLE.keys())
def test_what_does_no_harm_twice_can_be_made_again(
    at: At, call: Callable[[GreenApi], object], behaviour: w.Behaviour
) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(TryLater):
            call(at(server.url))
        assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", w.BROKEN.values(), ids=w.BROKEN.keys())
def test_a_look_up_that_breaks_can_be_made_again(at: At, behaviour: w.Behaviour) -> None:
    with w.wire(behaviour) as server:
        with pytest.raises(TryLater) as caught:
            at(server.url).get_state_instance()
        assert caught.value.decision is Decision.RETRY_LATER
        assert len(server.requests) == 1


def test_an_answer_that_drips_is_given_up_after_the_total_time(at: At) -> None:
    began = time.monotonic()
    with w.wire(w.drips) as server, pytest.raises(TryLater) as caught:
        at(server.url).get_state_instance()
    assert caught.value.code == "no_answer", "we gave up, not the server"
    assert time.monotonic() - began < 2


def test_a_redirect_is_not_followed(at: At) -> None:
    with w.wire(w.ACCEPTED) as other:
        moved = w.answers(b"", "308 Permanent Redirect", f"Location: {other.url}/x\r\n")
        with w.wire(moved) as server, pytest.raises(TryLater) as caught:
            at(server.url).send_message(GUEST, "hello")
        assert caught.value.code == "redirected"
        assert other.requests == []
