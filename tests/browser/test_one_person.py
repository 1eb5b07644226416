"""The same person twice: merged in one window, seen in the other, and parted again."""

from playwright.sync_api import expect

from tests.browser.conftest import Desks, write_from
from tests.stack.stack import Hotel, Stack

NUMBER, LID = "393331234567@c.us", "77440190443@lid"


def test_merged_and_parted_live(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    write_from(stack, plaza, "Chiara Rossi", NUMBER, LID)
    first, second = desks.open(plaza), desks.open(plaza)
    expect(first.page.locator("#rows .row", has_text="Chiara")).to_have_count(2)
    for desk, address in ((first, NUMBER), (second, LID)):
        desk.open(f"From {address}")
        expect(desk.page.locator(".same .hint")).to_contain_text("Looks like the same person")
    first.page.locator(".same .hint button").click()
    for desk in (first, second):
        expect(desk.page.locator(".same .hint")).to_have_count(0)
        expect(desk.page.locator(".beside a")).to_have_count(1)
        expect(desk.page.locator("#thread .guest")).to_contain_text("Merged today")
    second.page.locator(".merged button").click()
    for desk in (first, second):
        expect(desk.page.locator(".merged")).to_have_count(0)
        expect(desk.page.locator(".beside")).to_have_count(0)


def test_the_other_conversation_is_a_click_away(stack: Stack, plaza: Hotel, desks: Desks) -> None:
    write_from(stack, plaza, "Piotr Nowak", "48600123456@c.us", "77440190555@lid")
    desk = desks.open(plaza, scripts=False)
    desk.page.locator("#rows .row", has_text="From 48600123456").locator("a").click()
    desk.page.locator(".same .hint button").click()
    expect(desk.page.locator(".merged")).to_contain_text("Merged today")
    desk.page.locator(".beside a").click()
    expect(desk.page.locator("#thread .message")).to_contain_text("From 77440190555")
    desk.page.locator(".merged button").click()
    expect(desk.page.locator(".merged")).to_have_count(0)
