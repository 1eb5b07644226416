"""What a person does with a message that was sent: calls it back, changes it, deletes it, passes it
on, decides when nobody knows whether it arrived, and hears of it when it failed.
"""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Desk, Desks, start
from tests.stack import database
from tests.stack.stack import Hotel, Stack, wait_until

ON_ITS_WAY = re.compile("tick-(grey|read)")


def at_guest(stack: Stack, hotel: Hotel, chat: str) -> list[str]:
    return [str(row["text"]) for row in stack.simulator.received(hotel.id_instance, chat)]


def mine(desk: Desk, text: str) -> Locator:
    return desk.page.locator("#thread .message.out", has_text=text)


def sent(desk: Desk, text: str, tick: str = "Read") -> Locator:
    """Reply, and wait for the last of its ticks: until then its bubble is drawn anew."""
    desk.reply(text)
    bubble = mine(desk, text)
    expect(bubble.locator(".tick")).to_have_attribute("title", tick)
    return bubble


def menu(desk: Desk, bubble: Locator) -> Locator:
    bubble.hover()
    bubble.get_by_role("button", name="More to do with this message").click()
    menu = desk.page.locator("#message-menu")
    expect(menu).to_be_visible()
    return menu


def test_what_waits_for_a_line_that_is_down_can_be_called_back_or_tried_at_once(
    stack: Stack, seaview: Hotel, desks: Desks
) -> None:
    chat = "34600555010@c.us"
    start(stack, seaview, chat, "Iker")
    desk = desks.open(seaview)
    desk.open("Iker")
    stack.simulator.set_state(seaview.id_instance, "notAuthorized")
    expect(desk.page.locator("#line")).to_contain_text("Scan the QR code")
    desk.reply("Never mind")
    desk.reply("Your taxi is here")
    waiting = mine(desk, "Never mind")
    expect(waiting).to_contain_text("Waits here until WhatsApp takes")
    expect(desk.page.locator("#line")).to_contain_text("2 messages wait here")
    waiting.get_by_role("button", name="Cancel").click()
    expect(waiting).to_contain_text("Cancelled before it went out.")
    expect(desk.page.locator("#line")).to_contain_text("1 message waits here")
    expect(desk.page.locator(".paused-band")).to_contain_text("What you write waits here.")
    stack.simulator.faults(seaview.id_instance, webhooks_paused=True)  # nobody tells us by itself
    stack.simulator.set_state(seaview.id_instance, "authorized")
    desk.page.locator("#line").get_by_role("button", name="Try now").click()
    wait_until(
        lambda: at_guest(stack, seaview, chat) == ["Your taxi is here"], 30, "the taxi at Iker"
    )
    expect(desk.page.locator(".paused-band")).to_have_count(0)
    stack.simulator.clear_faults(seaview.id_instance)
    assert at_guest(stack, seaview, chat) == ["Your taxi is here"]


def test_a_text_is_changed_in_place_and_the_guests_phone_shows_it(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600555011@c.us"
    guests = f"/instances/{plaza.id_instance}/guests"
    stack.simulator.call("POST", guests, {"chat_id": chat, "reads": "manual"})
    start(stack, plaza, chat, "Marta Gil")
    desk = desks.open(plaza)
    desk.open("Marta Gil")
    bubble = sent(desk, "The pool opens at 8", "Delivered")
    menu(desk, bubble).get_by_role("link", name="Edit").click()
    expect(desk.page.locator("#message-menu")).to_be_hidden()
    box = bubble.locator("textarea")
    expect(box).to_be_focused()
    box.fill("The pool opens at 9")
    stack.simulator.read(plaza.id_instance, chat)  # the bubble is drawn anew, the form stays
    expect(bubble.locator(".tick-read")).to_be_visible()
    expect(box).to_have_value("The pool opens at 9")
    expect(box).to_be_focused()
    bubble.get_by_role("button", name="Save").click()
    expect(desk.page.locator(".slot textarea")).to_have_count(0)
    changed = mine(desk, "The pool opens at 9")
    expect(changed.locator(".earlier")).to_contain_text("Edited")
    row = stack.simulator.received(plaza.id_instance, chat)[-1]
    assert row["text"] == "The pool opens at 9"
    assert len(row["edits"]) == 1


def test_what_cannot_be_saved_stays_in_the_form(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555012@c.us"
    start(stack, plaza, chat, "Nerea")
    desk = desks.open(plaza)
    desk.open("Nerea")
    bubble = sent(desk, "Dinner is at 7")
    menu(desk, bubble).get_by_role("link", name="Edit").click()
    box = bubble.locator("textarea")
    box.fill("Dinner is at 8")
    number = database.number(stack, "SELECT max(id) FROM message WHERE body = 'Dinner is at 7'")
    long_ago = "UPDATE message SET accepted_at = '2020-01-01 00:00:00' WHERE id = ?"
    database.change(stack, long_ago, number)
    bubble.get_by_role("button", name="Save").click()
    expect(bubble.get_by_role("alert")).to_contain_text("for 15 minutes only")
    expect(box).to_have_value("Dinner is at 8")
    bubble.get_by_role("button", name="Cancel").click()
    expect(box).to_have_count(0)


def test_deleting_for_everyone_is_asked_first(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555013@c.us"
    start(stack, plaza, chat, "Julia Prat")
    desk = desks.open(plaza)
    desk.open("Julia Prat")
    bubble = sent(desk, "The code is 4711")
    opened = menu(desk, bubble)
    opened.get_by_role("link", name="Delete for everyone").click()
    expect(opened).to_contain_text("It goes from the guest’s phone too.")
    expect(opened.get_by_role("button", name="No")).to_be_focused()
    opened.get_by_role("button", name="Delete for everyone").click()
    expect(opened).to_be_hidden()
    expect(bubble).to_contain_text("Deleted on WhatsApp")
    assert stack.simulator.received(plaza.id_instance, chat)[-1]["deleted"]


def test_the_menu_works_by_keyboard(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555014@c.us"
    start(stack, plaza, chat, "Begoña")
    desk = desks.open(plaza)
    desk.open("Begoña")
    more = desk.page.locator("#thread .message.in .more-button").last
    more.focus()
    more.press("Enter")
    menu = desk.page.locator("#message-menu")
    expect(menu.get_by_role("button", name="Reply")).to_be_focused()
    desk.page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Copy")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more).to_be_focused()
    more.press(" ")
    expect(menu.get_by_role("button", name="Reply")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    expect(desk.page.locator(".composer-quote")).to_contain_text("Hello from Begoña")
    expect(desk.page.locator("#reply-box")).to_be_focused()


def test_on_a_phone_the_menu_is_always_there(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555015@c.us"
    start(stack, plaza, chat, "Pau Vidal")
    desk = desks.open(plaza, size=PHONE)
    desk.open("Pau Vidal")
    more = desk.page.locator("#thread .message.in .more-button").last
    expect(more).to_be_visible()
    more.click()
    menu = desk.page.locator("#message-menu")
    expect(menu).to_be_visible()
    expect(menu).to_contain_text("no way to react")
    box = menu.bounding_box()
    assert box is not None
    assert box["width"] == PHONE[0]
    assert box["y"] + box["height"] == PHONE[1]


def test_a_message_is_forwarded_to_whom_a_search_finds(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat, taxi = "34600555016@c.us", "34600555017@c.us"
    start(stack, plaza, taxi, "Taxi Rojo")
    start(stack, plaza, chat, "Luis Soto")
    stack.simulator.write(
        plaza.id_instance, chat, sender_name="Luis Soto", text="Terminal 4 at 18:00"
    )
    desk = desks.open(plaza)
    desk.open("Luis Soto")
    bubble = desk.page.locator("#thread .message.in", has_text="Terminal 4")
    opened = menu(desk, bubble)
    opened.get_by_role("link", name="Forward").click()
    expect(opened.get_by_role("searchbox")).to_be_focused()
    opened.get_by_role("searchbox").press_sequentially("Rojo")
    expect(opened.locator("#forward-targets li")).to_have_count(1)
    expect(opened.get_by_role("searchbox")).to_have_value("Rojo")
    opened.get_by_role("button", name="Taxi Rojo").dblclick()
    expect(desk.page.locator("#notice")).to_contain_text("Forwarded to Taxi Rojo.")
    expect(opened).to_be_hidden()
    wait_until(lambda: at_guest(stack, plaza, taxi) != [], what="the forward at the taxi")
    desk.page.locator("#search-box").fill("Rojo")  # who has our answer stands in another tab
    desk.open("Taxi Rojo")
    expect(mine(desk, "Terminal 4 at 18:00")).to_contain_text("Forwarded")
    assert at_guest(stack, plaza, taxi) == ["Terminal 4 at 18:00"]


@pytest.fixture
def unconfirmed(
    stack: Stack, plaza: Hotel, desks: Desks, request: pytest.FixtureRequest
) -> Locator:
    """A message that nobody knows of whether it arrived, on the screen. It did not."""
    chat, name, silent = request.param, f"Maybe {request.param[5:9]}", ["lastOutgoingMessages"]
    start(stack, plaza, chat, name)
    stack.simulator.faults(
        plaza.id_instance,
        reset={"when": "before", "times": 1, "methods": ["sendMessage"]},
        server_error={"methods": silent},
    )
    desk = desks.open(plaza)
    desk.open(name)
    desk.reply("Room 12 is ready")
    bubble = mine(desk, "Room 12 is ready")
    expect(bubble).to_contain_text("Not confirmed yet")
    database.change(stack, "UPDATE message SET checks = 4 WHERE status = 'unconfirmed'")
    desk.page.reload()
    expect(bubble).to_contain_text("WhatsApp does not say whether this arrived")
    return bubble


@pytest.mark.parametrize("unconfirmed", ["34600555021@c.us"], indirect=True)
def test_it_can_be_checked_again(stack: Stack, plaza: Hotel, unconfirmed: Locator) -> None:
    stack.simulator.clear_faults(plaza.id_instance)
    unconfirmed.get_by_role("button", name="Check again").click()
    expect(unconfirmed.locator(".tick")).to_have_class(ON_ITS_WAY, timeout=30_000)
    assert at_guest(stack, plaza, "34600555021@c.us") == ["Room 12 is ready"]


@pytest.mark.parametrize("unconfirmed", ["34600555022@c.us"], indirect=True)
def test_unconfirmed_a_person_may_know(stack: Stack, plaza: Hotel, unconfirmed: Locator) -> None:
    unconfirmed.get_by_role("button", name="It arrived").click()
    words = re.compile(r"Alice confirmed that it arrived \(\d\d:\d\d\)")
    expect(unconfirmed).to_contain_text(words)
    expect(unconfirmed.locator(".tick")).to_have_attribute("title", words)
    stack.simulator.clear_faults(plaza.id_instance)
    assert at_guest(stack, plaza, "34600555022@c.us") == []


@pytest.mark.parametrize("unconfirmed", ["34600555023@c.us"], indirect=True)
def test_unconfirmed_is_sent_again_after_a_question(
    stack: Stack, plaza: Hotel, unconfirmed: Locator
) -> None:
    stack.simulator.clear_faults(plaza.id_instance)
    unconfirmed.get_by_role("link", name="Send again").click()
    menu = unconfirmed.page.locator("#message-menu")
    expect(menu).to_contain_text("The guest may get it twice.")
    menu.get_by_role("button", name="Send it again").click()
    expect(unconfirmed.locator(".tick")).to_have_class(ON_ITS_WAY)
    assert at_guest(stack, plaza, "34600555023@c.us") == ["Room 12 is ready"]


def test_a_late_failure_is_loud_in_every_window(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600555018@c.us"
    start(stack, plaza, chat, "Olivia Rey")
    elsewhere, desk = desks.open(plaza), desks.open(plaza)
    desk.open("Olivia Rey")
    stack.simulator.faults(plaza.id_instance, failed={"chats": [chat]})
    desk.reply("Breakfast is from 7")
    for window in (desk, elsewhere):
        alarm = window.page.locator("#alarm")
        expect(alarm).to_have_text("Not sent: a message to Olivia Rey")
        row = window.page.locator("#rows .row", has_text="Olivia Rey")
        expect(row.locator(".unsent")).to_have_text("Not sent")
    stack.simulator.clear_faults(plaza.id_instance)
    elsewhere.open("Olivia Rey")
    failed = elsewhere.page.locator("#thread .message.failed")
    expect(failed).to_be_in_viewport()
    failed.get_by_role("button", name="Try again").dblclick()
    expect(mine(elsewhere, "Tried again").locator(".tick-grey, .tick-read")).to_have_count(1)
    for window in (desk, elsewhere):
        expect(window.page.locator(".unsent")).to_have_count(0)
    expect(elsewhere.page.locator("#thread .message.out:not(.cancelled)")).to_have_count(1)


def test_a_moment_of_waiting_is_not_spoken_of_a_longer_one_is(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600555020@c.us"
    start(stack, plaza, chat, "Tomás Vega")
    desk = desks.open(plaza)
    desk.open("Tomás Vega")
    stack.simulator.faults(plaza.id_instance, rate_limit={"methods": ["sendMessage"]})
    desk.reply("Late lunch until 4")
    waits = mine(desk, "Late lunch").locator(".after")
    expect(waits).to_have_count(1)
    cancel = waits.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible(timeout=45_000)  # four seconds in which nothing is tried
    cancel.click()
    expect(mine(desk, "Late lunch")).to_contain_text("Cancelled before it went out.")
    stack.simulator.clear_faults(plaza.id_instance)
    assert at_guest(stack, plaza, chat) == []


def test_without_scripts_every_button_is_a_form_and_every_question_a_page(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600555019@c.us"
    start(stack, plaza, chat, "Sofia")
    stack.simulator.faults(plaza.id_instance, no_account=[chat])
    desk = desks.open(plaza, scripts=False)
    page = desk.page
    shown_after_a_while(desk, page.locator("#rows .row", has_text="Sofia"))
    desk.open("Sofia")
    page.fill("#reply-box", "The sauna is open")
    page.get_by_role("button", name="Send", exact=True).click()
    failed = page.locator("#thread .message.failed")
    shown_after_a_while(desk, failed)
    stack.simulator.clear_faults(plaza.id_instance)
    failed.get_by_role("button", name="Try again").click()
    attempt = page.locator("#thread .message.out:not(.cancelled)", has_text="Tried again")
    shown_after_a_while(desk, attempt.locator(".tick-grey, .tick-read"))
    attempt.get_by_role("button", name="More to do with this message").click()
    page.get_by_role("link", name="Delete for everyone").click()
    page.get_by_role("button", name="Delete for everyone").click()
    expect(page.locator("#composer")).to_be_visible()
    shown_after_a_while(desk, page.locator("#thread .message.deleted"))
    assert stack.simulator.received(plaza.id_instance, chat)[-1]["deleted"]


def shown_after_a_while(desk: Desk, wanted: Locator) -> None:
    """Load the page until this is on it, as somebody without scripts does."""

    def shown() -> bool:
        desk.page.wait_for_load_state()  # Chromium refuses to reload a page that is just arriving
        desk.page.reload()
        return wanted.count() > 0

    wait_until(shown, 30, "what was waited for")
