"""Files for later: chosen at the box or in the sheet, scheduled one by one, seen, changed, sent."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import recordings
from tests.browser.attaching import choose, give, large, picture, sample, slow_down
from tests.browser.conftest import PHONE, PICTURES, WIDE, Open, Received
from tests.stack.stack import wait_until


def open_sheet(page: Page) -> Locator:
    page.get_by_role("button", name="Send later").click()
    sheet = page.locator("#sheet[open]")
    expect(sheet.locator("textarea")).to_be_visible()
    return sheet


def schedule(sheet: Locator, when: str = "tomorrow") -> None:
    sheet.locator(f"[value={when}]").check()
    sheet.get_by_role("button", name="Schedule").click()


def waiting(page: Page) -> Any:
    return page.locator(".scheduled li")


def test_files_are_scheduled_with_their_text_and_go_when_they_are_sent(
    opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    choose(page, sample("tap.jpg"), picture("extra.png"))
    page.locator("#reply-box").fill("The tap and the bill")
    sheet = open_sheet(page)
    chips = sheet.locator(".chosen li")
    expect(chips).to_have_count(2)
    expect(sheet.locator("textarea")).to_have_value("The tap and the bill")
    choose(page, sample("booking.pdf"), place="#sheet")
    expect(chips).to_have_count(3)
    sheet.get_by_role("button", name="Remove extra.png").click()
    expect(chips).to_have_count(2)
    schedule(sheet)
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator("#composer .chosen li")).to_have_count(0)
    expect(page.locator("#reply-box")).to_have_value("")
    expect(waiting(page)).to_have_count(2)
    expect(page.locator("#thread .message.out")).to_have_count(0)

    page.locator(".scheduled summary").click()
    first, second = waiting(page).nth(0), waiting(page).nth(1)
    expect(first).to_contain_text("tap.jpg")
    expect(first.locator("img")).to_be_visible()
    expect(first).to_contain_text("The tap and the bill")
    expect(second).to_contain_text("booking.pdf")
    expect(second).to_contain_text("PDF · ")
    for item in (first, second):
        expect(item).to_contain_text("Tomorrow, 09:00")

    second.get_by_role("link", name="Change").click()
    sheet = page.locator("#sheet[open]")
    expect(sheet).to_contain_text("booking.pdf")
    sheet.locator("textarea").fill("Your booking")
    sheet.get_by_role("button", name="Save").click()
    expect(second).to_contain_text("Your booking")

    first.get_by_role("button", name="Send now").click()
    expect(waiting(page)).to_have_count(1)
    waiting(page).get_by_role("button", name="Send now").click()
    wait_until(lambda: len(received(chat)) == 2, 30, "both at the guest")
    assert [row["text"] for row in received(chat)] == ["The tap and the bill", "Your booking"]
    assert [row["type"] for row in received(chat)] == ["imageMessage", "documentMessage"]


def test_they_are_pasted_and_dropped_into_the_sheet_too(opened: Open) -> None:
    desk, _ = opened()
    sheet = open_sheet(desk.page)
    expect(sheet.locator("textarea")).to_have_attribute("required", "")
    give(desk.page, "paste", ["image.png"], "#sheet textarea")
    give(desk.page, "drop", ["a.pdf"], "#sheet .times")
    expect(sheet.locator(".chosen li")).to_have_count(2)
    expect(sheet.locator("textarea")).not_to_have_attribute("required", "")
    give(desk.page, "drop", ["b.pdf"], "#rows")
    expect(sheet.locator(".chosen li")).to_have_count(2)
    schedule(sheet, "evening" if sheet.locator("[value=evening]").count() else "tomorrow")
    expect(waiting(desk.page)).to_have_count(2)


def test_a_wrong_time_is_said_while_all_is_still_in_the_sheet(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    choose(page, picture())
    sheet = open_sheet(page)
    sheet.locator("[name=at]").fill("2001-01-01T00:00")
    sheet.locator("form.sheet-form").evaluate("form => form.noValidate = true")
    sheet.get_by_role("button", name="Schedule").click()
    expect(sheet.locator("#wrong-at")).to_contain_text("over")
    expect(sheet.locator("[name=at]")).to_be_focused()
    expect(sheet.locator(".chosen li")).to_have_count(1)
    expect(page.locator(".pending")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#composer .chosen li")).to_have_count(1)


def test_on_its_way_it_says_when_it_is_for_and_can_be_cancelled(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    widen = slow_down(page)
    choose(page, large(), picture())
    schedule(open_sheet(page))
    bubbles = page.locator(".pending.with-file")
    expect(bubbles).to_have_count(2)
    expect(bubbles.first).to_contain_text("Tomorrow, 09:00")
    page.get_by_role("button", name="Cancel sending large.pdf").click()
    expect(bubbles).to_have_count(1)
    widen(-1)
    expect(bubbles).to_have_count(0)
    expect(waiting(page)).to_have_count(1)


def test_a_refused_file_stays_at_its_bubble(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    film = recordings.film("webm", "libvpx")
    choose(page, {"name": "tour.webm", "mimeType": "video/webm", "buffer": film})
    schedule(open_sheet(page))
    expect(page.locator(".pending .why")).to_contain_text("Save it as MP4")
    page.get_by_role("button", name="Edit").click()
    expect(page.locator("#composer .chosen li")).to_have_count(1)


def test_the_text_of_a_sound_is_a_message_of_its_own(opened: Open) -> None:
    desk, _ = opened()
    sound = recordings.tone("mp3", "libmp3lame")
    choose(desk.page, {"name": "bell.mp3", "mimeType": "audio/mpeg", "buffer": sound})
    desk.page.locator("#reply-box").fill("Our bell")
    schedule(open_sheet(desk.page))
    expect(waiting(desk.page)).to_have_count(2)
    desk.page.locator(".scheduled summary").click()
    expect(waiting(desk.page).nth(0)).to_contain_text("Our bell")
    expect(waiting(desk.page).nth(1)).to_contain_text("bell.mp3")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_looks_well(opened: Open, size: tuple[int, int], dark: bool) -> None:
    desk, _ = opened(size=size, dark=dark)
    page = desk.page
    name = f"files-later-{'wide' if size == WIDE else 'phone'}-{'dark' if dark else 'light'}"
    choose(page, sample("tap.jpg"), picture("a name that is far longer than any chip could be.png"))
    page.locator("#reply-box").fill("The tap, as you asked")
    sheet = open_sheet(page)
    sheet.locator("[value=tomorrow]").check()
    page.screenshot(path=PICTURES / f"{name}-sheet.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sheet.get_by_role("button", name="Schedule").click()
    expect(waiting(page)).to_have_count(2)
    page.locator(".scheduled summary").click()
    expect(waiting(page).first.locator("img")).to_be_visible()
    page.screenshot(path=PICTURES / f"{name}-strip.png")
    waiting(page).first.get_by_role("link", name="Change").click()
    expect(page.locator("#sheet[open] textarea")).to_be_visible()
    page.screenshot(path=PICTURES / f"{name}-change.png")
    page.goto(page.url.partition("/c/")[0] + "/scheduled")
    expect(page.locator(".card", has_text="tap.jpg").first).to_be_visible()
    page.screenshot(path=PICTURES / f"{name}-page.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
