"""Files from the desk: chosen, pasted or dropped, seen at once, cancelled, tried again."""

from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.browser.attaching import SAMPLES, choose, give, large, picture, sample, slow_down
from tests.browser.conftest import PHONE, WIDE, Open, Received, start
from tests.cast import recordings
from tests.stack.stack import Hotel, Stack, wait_until


def ours(page: Page) -> Any:
    return page.locator("#thread .message.out")


def test_several_files_reach_the_guest_in_order_with_the_text_under_the_first(
    opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    choose(page, sample("tap.jpg"), sample("booking.pdf"), picture("extra.png"))
    chips = page.get_by_role("list", name="Files to send").get_by_role("listitem")
    expect(chips).to_have_count(3)
    expect(chips.first.locator("img")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("3 files to send")
    page.get_by_role("button", name="Remove extra.png").click()
    expect(chips).to_have_count(2)
    desk.reply("The tap and the bill")
    expect(chips).to_have_count(0)
    expect(page.locator("#reply-box")).to_have_value("")
    expect(ours(page).locator(".tick-read")).to_have_count(2, timeout=20_000)
    expect(ours(page).locator(".photo img")).to_be_visible()
    expect(page.locator(".pending")).to_have_count(0)
    rows = received(chat)
    assert [row["type"] for row in rows] == ["imageMessage", "documentMessage"]
    assert [row["text"] for row in rows] == ["The tap and the bill", ""]
    got = requests.get(rows[0]["content"]["downloadUrl"], timeout=10).content
    assert got == (SAMPLES / "tap.jpg").read_bytes()


def test_the_picture_is_on_the_screen_before_the_server_has_it(opened: Open) -> None:
    desk, _ = opened()
    desk.page.route("**/files", lambda route: None)  # it never gets there
    choose(desk.page, picture())
    desk.reply("The pool")
    bubble = ours(desk.page)
    expect(bubble.locator(".photo img")).to_be_visible()
    assert str(bubble.locator(".photo img").get_attribute("src")).startswith("blob:")
    expect(bubble).to_contain_text("The pool")
    expect(bubble.get_by_role("progressbar", name="Sending pool.png")).to_be_visible()


def test_pasted_pictures_are_chosen_and_pasted_words_stay_words(opened: Open) -> None:
    desk, _ = opened()
    chips = desk.page.locator(".chosen li")
    give(desk.page, "paste", ["cells.png"], "#reply-box", text="from a table")
    expect(chips).to_have_count(0)
    give(desk.page, "paste", ["image.png"], "#reply-box")
    expect(chips).to_have_count(1)
    give(desk.page, "paste", ["image.png"], "input[type=search]")
    expect(chips).to_have_count(1)


def test_files_may_be_dropped_anywhere_on_the_thread(opened: Open, received: Received) -> None:
    desk, chat = opened()
    page = desk.page
    give(page, "dragover", ["a.pdf"], "#scroller")
    expect(page.locator(".drop-place")).to_be_visible()
    give(page, "dragover", ["a.pdf"], ".list-pane")
    expect(page.locator(".drop-place")).to_be_hidden()
    give(page, "drop", ["a.pdf", "b.pdf"], ".thread-head")
    expect(page.locator(".drop-place")).to_be_hidden()
    expect(page.locator(".chosen li")).to_have_count(2)
    page.locator("#reply-box").press("Enter")
    wait_until(lambda: len(received(chat)) == 2, 30, "both files at the guest")
    assert [row["content"]["fileName"] for row in received(chat)] == ["a.pdf", "b.pdf"]


def test_progress_is_shown_and_cancel_sends_nothing(
    stack: Stack, opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    widen = slow_down(page)
    choose(page, large(size=12_000_000))  # more than the system's own buffers hold
    page.locator("#reply-box").press("Enter")
    bar = page.get_by_role("progressbar", name="Sending large.pdf")
    expect(bar).to_be_visible()
    page.wait_for_function("() => 0 < document.querySelector('.uploading progress').value")
    assert page.evaluate("document.querySelector('.uploading progress').value") < 100
    page.get_by_role("button", name="Cancel sending large.pdf").click()
    expect(ours(page)).to_have_count(0)
    widen(-1)
    desk.reply("Only words")
    wait_until(lambda: received(chat) != [], 30, "the text at the guest")
    assert [row["text"] for row in received(chat)] == ["Only words"]
    left = (stack.data / "media").glob
    wait_until(lambda: not list(left(".incoming-*")), what="what had come of the file to be gone")


def test_what_is_written_after_a_file_arrives_after_it(opened: Open, received: Received) -> None:
    desk, chat = opened()
    widen = slow_down(desk.page)
    choose(desk.page, large(size=600_000))
    desk.reply("The bill")
    desk.reply("Did you get it?")
    expect(ours(desk.page)).to_have_count(2)
    widen(-1)
    wait_until(lambda: len(received(chat)) == 2, 30, "both at the guest")
    assert [row["text"] for row in received(chat)] == ["The bill", "Did you get it?"]


def test_a_file_goes_on_while_another_conversation_is_open(
    stack: Stack, plaza: Hotel, opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    name = str(page.locator(".thread-who h2").text_content())
    address = page.url
    start(stack, plaza, "447700911999@c.us", "Somebody else")
    widen = slow_down(page, 200_000)
    choose(page, large(size=6_000_000))  # half a minute: longer than it takes to look
    page.locator("#reply-box").press("Enter")
    expect(page.locator(".pending.with-file")).to_have_count(1)
    desk.open("Somebody else")
    expect(page.locator(".thread-who h2")).to_have_text("Somebody else")
    expect(ours(page)).to_have_count(0)
    desk.open(name)
    expect(page.locator(".thread-who h2")).to_have_text(name)
    expect(page.get_by_role("progressbar", name="Sending large.pdf")).to_be_visible()
    desk.open("Somebody else")
    widen(-1)
    wait_until(lambda: len(received(chat)) == 1, 30, "the file at the guest")
    page.goto(address)
    expect(ours(page)).to_have_count(1)
    expect(page.locator(".pending")).to_have_count(0)


def test_chosen_files_wait_in_their_conversation(stack: Stack, plaza: Hotel, opened: Open) -> None:
    desk, _ = opened()
    name = str(desk.page.locator(".thread-who h2").text_content())
    start(stack, plaza, "447700911998@c.us", "Another one")
    choose(desk.page, picture())
    desk.open("Another one")
    expect(desk.page.locator(".thread-who h2")).to_have_text("Another one")
    expect(desk.page.locator(".chosen li")).to_have_count(0)
    desk.open(name)
    expect(desk.page.locator(".chosen li")).to_have_count(1)


def test_a_lost_connection_is_said_and_trying_again_sends_once(
    opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    page.route("**/files", lambda route: route.abort("connectionreset"))
    choose(page, picture())
    desk.reply("The pool")
    expect(ours(page).locator(".why")).to_contain_text("the connection is gone")
    expect(ours(page).locator(".photo img")).to_be_visible()
    page.unroute("**/files")
    page.get_by_role("button", name="Try again").click()
    wait_until(lambda: received(chat) != [], 30, "the file at the guest")
    expect(ours(page)).to_have_count(1)
    assert [row["text"] for row in received(chat)] == ["The pool"]


def test_a_lost_answer_does_not_double_the_file(opened: Open, received: Received) -> None:
    desk, chat = opened()
    page = desk.page
    page.route("**/changes?*", lambda route: route.abort())

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/files", lose)
    choose(page, picture())
    page.locator("#reply-box").press("Enter")
    expect(ours(page).locator(".why")).to_contain_text("never sent twice")
    page.unroute("**/files")
    page.get_by_role("button", name="Try again").click()
    page.unroute("**/changes?*")
    expect(ours(page).locator(".tick-read")).to_have_count(1, timeout=20_000)
    expect(ours(page)).to_have_count(1)
    assert len(received(chat)) == 1


def test_what_cannot_be_sent_is_said_before_it_is_uploaded(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    page.locator("#composer").evaluate("form => (form.dataset.largest = '1000')")
    choose(page, large("film.pdf", 2000), picture())
    problem = page.locator("#composer > .problem")
    expect(problem).to_contain_text("film.pdf is larger than 100 MB")
    expect(page.locator(".chosen li")).to_have_count(1)
    choose(page, {"name": "nothing.pdf", "mimeType": "application/pdf", "buffer": b""})
    expect(problem).to_contain_text("nothing.pdf is empty")
    desk.reply("x" * 1025)
    expect(problem).to_contain_text("1024 characters")
    expect(page.locator("#reply-box")).to_have_value("x" * 1025)
    expect(ours(page)).to_have_count(0)


def test_the_servers_refusal_stands_at_the_bubble_and_the_text_comes_back(
    opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    film = recordings.film("webm", "libvpx")
    choose(page, {"name": "tour.webm", "mimeType": "video/webm", "buffer": film})
    desk.reply("A tour")
    expect(ours(page).locator(".why")).to_contain_text("Save it as MP4")
    page.get_by_role("button", name="Edit").click()
    expect(page.locator("#reply-box")).to_have_value("A tour")
    expect(page.locator(".chosen li")).to_have_count(1)
    page.get_by_role("button", name="Remove tour.webm").click()
    desk.reply("A tour")
    wait_until(lambda: received(chat) != [], 30, "the text at the guest")
    assert [row["text"] for row in received(chat)] == ["A tour"]


def test_a_sound_and_a_text_are_two_messages(opened: Open, received: Received) -> None:
    desk, chat = opened()
    sound = recordings.tone("mp3", "libmp3lame")
    choose(desk.page, {"name": "bell.mp3", "mimeType": "audio/mpeg", "buffer": sound})
    desk.reply("Our bell")
    wait_until(lambda: len(received(chat)) == 2, 30, "both at the guest")
    assert [row["type"] for row in received(chat)] == ["audioMessage", "extendedTextMessage"]


def test_without_scripts_a_plain_form_sends_the_file(opened: Open, received: Received) -> None:
    desk, chat = opened(scripts=False)
    page = desk.page
    page.locator("#file-picker").set_input_files([SAMPLES / "booking.pdf"])
    page.locator("#reply-box").fill("Your booking")
    page.get_by_role("button", name="Send file").click()
    expect(ours(page)).to_contain_text("booking.pdf")
    wait_until(lambda: received(chat) != [], 30, "the file at the guest")
    assert received(chat)[0]["text"] == "Your booking"
    page.get_by_role("button", name="Send file").click()
    expect(page.locator(".problem")).to_contain_text("Choose a file first")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_tools_are_large_enough_and_nothing_hangs_over(size: tuple[int, int], opened: Open) -> None:
    desk, _ = opened(size=size)
    page = desk.page
    choose(page, picture("a name that is longer than any chip could ever hold on a phone.png"))
    least = 44 if size == PHONE else 36
    for name in ("Attach files", "Record a voice message", "Remove a name", "Send"):
        box = page.get_by_role("button", name=name).locator("visible=true").first.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= least, name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
