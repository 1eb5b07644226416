"""What waits is called back, and what failed is heard of and tried again, without scripts too."""

from playwright.sync_api import Locator, expect

from tests.browser.bubbles import at_guest, mine
from tests.browser.conftest import Desk, Desks, start
from tests.stack.stack import Hotel, Stack, wait_until


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
