"""Journey 2, as the desk sees it: Enter, the bubble is there, the ticks move, nothing is
doubled.
"""

from playwright.sync_api import expect

from tests.browser.bubbles import at_guest
from tests.browser.conftest import Desks, start
from tests.stack.stack import Hotel, Stack, wait_until


def test_the_ticks_go_to_read_without_a_reload_in_both_windows(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "33639981204@c.us"
    start(stack, plaza, chat, "Chloé")
    first, second = desks.open(plaza), desks.open(plaza)
    first.open("Chloé")
    second.open("Chloé")
    first.reply("Entrez par la rue des Fleurs.")
    expect(first.page.locator("#thread .message.out")).to_have_count(1)
    stack.simulator.read(plaza.id_instance, chat)
    for desk in (first, second):
        mine = desk.page.locator("#thread .message.out")
        expect(mine.locator(".tick-read")).to_be_visible()
        expect(mine).to_have_count(1)
    assert at_guest(stack, plaza, chat) == ["Entrez par la rue des Fleurs."]


def test_the_bubble_is_there_before_the_server_has_answered(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "819012345671@c.us"
    start(stack, plaza, chat, "Misaki")
    desk = desks.open(plaza)
    desk.open("Misaki")
    desk.page.route("**/reply", lambda route: None)  # the answer never comes
    desk.reply("Coming up")
    bubble = desk.page.locator("#thread .message.out")
    expect(bubble).to_contain_text("Coming up")
    expect(desk.page.locator("#reply-box")).to_have_value("")


def test_enter_twice_and_a_double_click_send_once(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    chat = "34600123417@c.us"
    start(stack, plaza, chat, "Carmen")
    desk = desks.open(plaza)
    desk.open("Carmen")
    box = desk.page.locator("#reply-box")
    box.fill("We are on our way")
    desk.page.get_by_role("button", name="Send", exact=True).dblclick()
    box.press("Enter")
    wait_until(lambda: at_guest(stack, plaza, chat) != [], what="the reply at the guest")
    expect(desk.page.locator("#thread .message.out")).to_have_count(1)
    assert at_guest(stack, plaza, chat) == ["We are on our way"]


def test_shift_enter_breaks_the_line_and_several_replies_keep_their_order(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "972501234509@c.us"
    start(stack, plaza, chat, "Noa")
    desk = desks.open(plaza)
    desk.open("Noa")
    box = desk.page.locator("#reply-box")
    box.fill("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    box.press("Enter")
    for number in range(3, 8):
        desk.reply(f"number {number}")
    expected = ["one\ntwo", *(f"number {number}" for number in range(3, 8))]
    wait_until(lambda: at_guest(stack, plaza, chat) == expected, 30, "all replies in order")
    bubbles = desk.page.locator("#thread .message.out .text")
    expect(bubbles).to_have_count(len(expected))
    for number in range(3, 8):
        expect(bubbles.nth(number - 2)).to_contain_text(f"number {number}")


def test_a_refused_message_says_why_under_its_bubble_and_can_be_tried_again(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "971501234067@c.us"
    start(stack, plaza, chat, "Khalid")
    stack.simulator.faults(plaza.id_instance, no_account=[chat])
    desk = desks.open(plaza)
    desk.open("Khalid")
    desk.reply("Yes, there is parking")
    failed = desk.page.locator("#thread .message.failed")
    expect(failed).to_contain_text("This number has no WhatsApp")
    stack.simulator.clear_faults(plaza.id_instance)
    failed.get_by_role("button", name="Try again").click()
    expect(desk.page.locator("#thread .message.out .tick-read")).to_have_count(1)
    expect(desk.page.locator("#thread .message.cancelled")).to_have_count(1)


def test_done_is_taken_back_with_the_button_that_was_pressed(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    start(stack, plaza, "34600123418@c.us", "Done Duarte")
    desk = desks.open(plaza)
    desk.open("Done Duarte")
    head = desk.page.locator(".thread-head")
    for pressed, then in (("Done", "Reopen"), ("Reopen", "Done"), ("Done", "Reopen")):
        head.get_by_role("button", name=pressed, exact=True).press("Enter")
        expect(head.get_by_role("button", name=then, exact=True)).to_be_focused()
    expect(head.locator("p")).to_contain_text("Done")
