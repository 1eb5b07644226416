"""A text that the guest has is changed in place, or deleted for everyone."""

from playwright.sync_api import expect

from tests.browser.bubbles import menu, mine, sent
from tests.browser.conftest import Desks, start
from tests.stack import database
from tests.stack.stack import Hotel, Stack


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
