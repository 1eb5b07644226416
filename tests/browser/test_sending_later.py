"""Sending later, as the desk sees it: the strip above the composer, in every window."""

from playwright.sync_api import Page, expect

from tests.browser.bubbles import at_guest
from tests.browser.conftest import Desks, start
from tests.stack.stack import Hotel, Stack, wait_until


def schedule(page: Page, text: str) -> None:
    """Write a text and send it tomorrow."""
    page.locator("#reply-box").fill(text)
    page.get_by_role("button", name="Send later").click()
    dialog = page.locator("#dialog[open]")
    expect(dialog.locator("textarea")).to_have_value(text)
    expect(dialog).to_contain_text("Madrid time")
    dialog.locator("[value=tomorrow]").check()
    dialog.get_by_role("button", name="Schedule").click()
    expect(page.locator("#dialog")).to_be_hidden()


def test_what_is_scheduled_stands_in_both_windows_and_can_be_changed_sent_and_dropped(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600123494@c.us"
    start(stack, plaza, chat, "Vera")
    desk, other = desks.open(plaza), desks.open(plaza)
    desk.open("Vera")
    other.open("Vera")
    schedule(desk.page, "Good morning")
    expect(desk.page.locator("#reply-box")).to_have_value("")
    for page in (desk.page, other.page):
        expect(page.locator(".scheduled summary")).to_contain_text("1 scheduled")
        expect(page.locator(".scheduled summary")).to_contain_text("Tomorrow, 09:00 Good morning")
        expect(page.locator("#thread .message.out")).to_have_count(0)

    other.page.locator(".scheduled summary").click()
    schedule(desk.page, "And good night")
    expect(other.page.locator(".scheduled li")).to_have_count(2)
    expect(other.page.locator(".scheduled details")).to_have_attribute("open", "")

    first = other.page.locator(".scheduled li", has_text="Good morning")
    first.get_by_role("link", name="Change").click()
    form = other.page.locator("#dialog[open]")
    form.locator("textarea").fill("Good morning, Vera")
    form.get_by_role("button", name="Save").click()
    expect(desk.page.locator(".scheduled summary")).to_contain_text("Good morning, Vera")

    desk.page.locator(".scheduled summary").click()
    last = desk.page.locator(".scheduled li", has_text="And good night")
    last.get_by_role("link", name="Drop").click()
    question = desk.page.locator("#dialog[open]")
    expect(question).to_contain_text("And good night")
    expect(question.get_by_role("link", name="Keep it")).to_be_focused()
    question.get_by_role("link", name="Keep it").click()
    expect(question).to_be_hidden()
    last.get_by_role("link", name="Drop").click()
    question.get_by_role("button", name="Drop").click()
    for page in (desk.page, other.page):
        expect(page.locator(".scheduled li")).to_have_count(1)
    desk.page.locator(".scheduled li").get_by_role("button", name="Send now").click()
    for page in (desk.page, other.page):
        expect(page.locator("#thread .message.out")).to_contain_text("Good morning, Vera")
        expect(page.locator(".scheduled summary")).to_have_count(0)
    wait_until(lambda: at_guest(stack, plaza, chat) == ["Good morning, Vera"], what="the message")


def test_a_time_that_was_written_is_the_one_that_is_meant(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    start(stack, plaza, "34600123493@c.us", "Walter")
    desk = desks.open(plaza)
    desk.open("Walter")
    desk.page.locator("#reply-box").fill("Happy new year")
    desk.page.get_by_role("button", name="Send later").click()
    dialog = desk.page.locator("#dialog[open]")
    dialog.locator("[name=at]").fill("2001-01-01T00:00")
    expect(dialog.locator("[value=at]")).to_be_checked()
    dialog.locator("form.dialog-form").evaluate("form => form.noValidate = true")
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog.locator("#wrong-at")).to_contain_text("over")
    expect(dialog.locator("textarea")).to_have_value("Happy new year")
    expect(dialog.locator("[name=at]")).to_have_value("2001-01-01T00:00")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#reply-box")).to_have_value("Happy new year")


def test_a_reply_after_scheduling_is_a_message_of_its_own(
    stack: Stack, plaza: Hotel, desks: Desks
) -> None:
    chat = "34600123492@c.us"
    start(stack, plaza, chat, "Xenia")
    desk = desks.open(plaza)
    desk.open("Xenia")
    schedule(desk.page, "Tomorrow then")
    desk.reply("Now this")
    wait_until(lambda: at_guest(stack, plaza, chat) == ["Now this"], what="the reply")
    expect(desk.page.locator(".scheduled summary")).to_contain_text("Tomorrow then")


def test_without_scripts_it_is_a_page(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    start(stack, plaza, "34600123491@c.us", "Yago")
    desk = desks.open(plaza, scripts=False)
    desk.page.locator("#rows .row", has_text="Yago").first.locator("a").click()
    desk.page.locator("#reply-box").fill("Good morning, Yago")
    desk.page.get_by_role("button", name="Send later").click()
    expect(desk.page.locator("textarea")).to_have_value("Good morning, Yago")
    desk.page.locator("[value=tomorrow]").check()
    desk.page.get_by_role("button", name="Schedule").click()
    expect(desk.page.locator(".scheduled summary")).to_contain_text("Good morning, Yago")
    desk.page.locator(".rail a[href$='/scheduled']").click()
    card = desk.page.locator(".waiting-list .card", has_text="Yago")
    card.get_by_role("link", name="Drop").click()
    expect(desk.page.locator("h1")).to_have_text("Drop this message?")
    desk.page.get_by_role("link", name="Keep it").click()
    expect(desk.page.locator("h1")).to_have_text("Scheduled")
    card.get_by_role("link", name="Drop").click()
    desk.page.get_by_role("button", name="Drop").click()
    expect(desk.page.locator("h1")).to_have_text("Scheduled")
    expect(card).to_have_count(0)
