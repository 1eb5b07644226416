"""Writing first: from the list to a number, and into its thread."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Desk, Desks, start
from tests.stack.stack import Hotel, Stack, wait_until


def form(desk: Desk, phone: str, text: str) -> Locator:
    """Open the form of a new conversation and fill it in."""
    expect(desk.page.locator("#live[data-htmx-powered]")).to_have_count(1)
    desk.page.get_by_role("link", name="New", exact=True).click()
    dialog = desk.page.locator("#dialog[open]")
    expect(dialog.locator("[name=phone]")).to_be_focused()
    dialog.locator("[name=phone]").fill(phone)
    dialog.locator("textarea").fill(text)
    return dialog


def send(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Send").click()


def test_the_thread_opens_with_the_message_in_it(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    desk = desks.open(plaza, size=PHONE)
    dialog = form(desk, "+34 600 123 301", "Your room is ready")
    dialog.locator("[name=name]").fill("Zoe")
    send(dialog)
    desk.page.wait_for_url("**/c/*")
    expect(desk.page.locator("#thread .message.out")).to_contain_text("Your room is ready")
    expect(desk.page.locator(".thread-who h2")).to_have_text("Zoe")
    received = "34600123301@c.us"
    wait_until(
        lambda: len(stack.simulator.received(plaza.id_instance, received)) == 1,
        what="the message at the guest",
    )


def test_a_number_without_whatsapp_is_said_beside_it(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    guests = f"/instances/{plaza.id_instance}/guests"
    stack.simulator.call("POST", guests, {"chat_id": "34600123302@c.us", "exists": False})
    desk = desks.open(plaza)
    dialog = form(desk, "+34 600 123 302", "Hello")
    send(dialog)
    expect(dialog.locator("#wrong-phone")).to_have_text("This number has no WhatsApp.")
    expect(dialog.locator("textarea")).to_have_value("Hello")


def test_a_known_number_opens_its_thread_with_the_text_in_the_box(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    start(stack, plaza, "34600123303@c.us", "Abel")
    desk = desks.open(plaza)
    expect(desk.page.locator("#rows .row", has_text="Abel")).to_have_count(1)
    send(form(desk, "+34 600 123 303", "Your room is ready"))
    expect(desk.page.locator("#reply-box")).to_have_value("Your room is ready")
    expect(desk.page.locator(".thread-who h2")).to_have_text("Abel")
    expect(desk.page.locator("#dialog")).to_be_hidden()
    expect(desk.page.locator("#thread .message.out")).to_have_count(0)
    desk.page.reload()
    expect(desk.page.locator("#reply-box")).to_have_value("Your room is ready")
    desk.page.locator("#reply-box").press("Enter")
    expect(desk.page.locator("#thread .message.out")).to_contain_text("Your room is ready")
