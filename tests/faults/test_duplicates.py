"""The same webhook many times at once, and many webhooks of a new guest at once (N1, N3, P1)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.cast.guest import incoming
from tests.faults.letters import Letters
from tests.faults.verdict import check_numbers
from tests.stack import Hotel, Stack, wait_until
from tests.stack.database import ask, conversation_of, number

COPIES = 20


def post_at_once(stack: Stack, hotel: Hotel, bodies: list[dict[str, Any]]) -> list[str]:
    """Post all of them in parallel; the states that the answers tell. Each must be a 200."""
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda body: stack.post_webhook(hotel, body), bodies))
    assert [answer.status_code for answer in answers] == [200] * len(bodies)
    return sorted(answer.json()["status"] for answer in answers)


def test_twenty_copies_at_once_are_one_message(stack: Stack, hotel: Hotel) -> None:
    for attempt in range(5):
        chat_id = f"4477009001{attempt:02}@c.us"
        body = incoming(f"COPY{attempt}", id_instance=hotel.id_instance, chat_id=chat_id)
        states = post_at_once(stack, hotel, [body] * COPIES)
        assert states == ["applied"] + ["duplicate"] * (COPIES - 1)
        conversation_id = conversation_of(stack, hotel, chat_id)
        query = "SELECT count(*) FROM message WHERE conversation_id = ?"
        assert number(stack, query, conversation_id) == 1
        query = "SELECT unread_count FROM conversation WHERE id = ?"
        assert number(stack, query, conversation_id) == 1
    check_numbers(stack)


def test_an_album_of_a_new_guest_is_one_conversation(stack: Stack, hotel: Hotel) -> None:
    for attempt in range(5):
        chat_id = f"4477009002{attempt:02}@c.us"
        bodies = [
            incoming(
                f"ALBUM{attempt}-{picture}",
                id_instance=hotel.id_instance,
                chat_id=chat_id,
                messageData=_picture(stack, picture),
            )
            for picture in range(6)
        ]
        assert post_at_once(stack, hotel, bodies * 2) == ["applied"] * 6 + ["duplicate"] * 6
        rows = ask(
            stack,
            "SELECT count(DISTINCT conversation.id), count(DISTINCT guest_id), count(*)"
            " FROM message JOIN conversation ON conversation.id = conversation_id"
            " WHERE chat_id = ?",
            chat_id,
        )
        assert rows == [(1, 1, 6)]
        query = "SELECT count(*) FROM guest_address WHERE chat_id = ?"
        assert number(stack, query, chat_id) == 1
    check_numbers(stack)


def _picture(stack: Stack, picture: int) -> dict[str, Any]:
    return {
        "typeMessage": "imageMessage",
        "fileMessageData": {
            "downloadUrl": f"{stack.simulator.url}/_media/none-{picture}.jpg",
            "caption": "",
            "fileName": f"{picture}.jpg",
            "mimeType": "image/jpeg",
        },
    }


def test_green_api_delivers_everything_twice_at_once(stack: Stack, hotel: Hotel) -> None:
    stack.simulator.faults(hotel.id_instance, parallel_duplicates=4)
    letters = Letters(stack, hotel)
    for count in range(12):
        letters.write(f"4477009003{count % 3:02}@c.us", f"letter {count}")
    wait_until(letters.delivered, what="every webhook")
    stack.simulator.clear_faults(hotel.id_instance)
    letters.check()
    query = "SELECT sum(unread_count) FROM conversation WHERE chat_id LIKE '4477009003%'"
    assert number(stack, query) == 12
