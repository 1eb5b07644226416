"""Files for later: chosen at the box or in the dialog, scheduled singly, seen, changed, sent."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.attaching import choose, give, large, picture, sample, slow_down
from tests.browser.conftest import PHONE, PICTURES, WIDE, Open, Received
from tests.cast import recordings
from tests.stack.stack import wait_until


def open_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Send later").click()
    dialog = page.locator("#dialog[open]")
    expect(dialog.locator("textarea")).to_be_visible()
    return dialog


def schedule(dialog: Locator, when: str = "tomorrow") -> None:
    dialog.locator(f"[value={when}]").check()
    dialog.get_by_role("button", name="Schedule").click()


def waiting(page: Page) -> Any:
    return page.locator(".scheduled li")


def test_files_are_scheduled_with_their_text_and_go_when_they_are_sent(
    opened: Open, received: Received
) -> None:
    desk, chat = opened()
    page = desk.page
    choose(page, sample("tap.jpg"), picture("extra.png"))
    page.locator("#reply-box").fill("The tap and the bill")
    dialog = open_dialog(page)
    chips = dialog.locator(".chosen li")
    expect(chips).to_have_count(2)
    expect(dialog.locator("textarea")).to_have_value("The tap and the bill")
    choose(page, sample("booking.pdf"), place="#dialog")
    expect(chips).to_have_count(3)
    dialog.get_by_role("button", name="Remove extra.png").click()
    expect(chips).to_have_count(2)
    schedule(dialog)
    expect(page.locator("#dialog")).to_be_hidden()
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
    dialog = page.locator("#dialog[open]")
    expect(dialog).to_contain_text("booking.pdf")
    dialog.locator("textarea").fill("Your booking")
    dialog.get_by_role("button", name="Save").click()
    expect(second).to_contain_text("Your booking")

    first.get_by_role("button", name="Send now").click()
    expect(waiting(page)).to_have_count(1)
    waiting(page).get_by_role("button", name="Send now").click()
    wait_until(lambda: len(received(chat)) == 2, 30, "both at the guest")
    assert [row["text"] for row in received(chat)] == ["The tap and the bill", "Your booking"]
    assert [row["type"] for row in received(chat)] == ["imageMessage", "documentMessage"]


def test_they_are_pasted_and_dropped_into_the_dialog_too(opened: Open) -> None:
    desk, _ = opened()
    dialog = open_dialog(desk.page)
    expect(dialog.locator("textarea")).to_have_attribute("required", "")
    give(desk.page, "paste", ["image.png"], "#dialog textarea")
    give(desk.page, "drop", ["a.pdf"], "#dialog .times")
    expect(dialog.locator(".chosen li")).to_have_count(2)
    expect(dialog.locator("textarea")).not_to_have_attribute("required", "")
    give(desk.page, "drop", ["b.pdf"], "#rows")
    expect(dialog.locator(".chosen li")).to_have_count(2)
    schedule(dialog, "evening" if dialog.locator("[value=evening]").count() else "tomorrow")
    expect(waiting(desk.page)).to_have_count(2)


def test_a_wrong_time_is_said_while_all_is_still_in_the_dialog(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    choose(page, picture())
    dialog = open_dialog(page)
    dialog.locator("[name=at]").fill("2001-01-01T00:00")
    dialog.locator("form.dialog-form").evaluate("form => form.noValidate = true")
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog.locator("#wrong-at")).to_contain_text("over")
    expect(dialog.locator("[name=at]")).to_be_focused()
    expect(dialog.locator(".chosen li")).to_have_count(1)
    expect(page.locator(".pending")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#composer .chosen li")).to_have_count(1)


def test_on_its_way_it_says_when_it_is_for_and_can_be_cancelled(opened: Open) -> None:
    desk, _ = opened()
    page = desk.page
    widen = slow_down(page)
    choose(page, large(size=12_000_000), picture())
    schedule(open_dialog(page))
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
    schedule(open_dialog(page))
    expect(page.locator(".pending .why")).to_contain_text("Save it as MP4")
    page.get_by_role("button", name="Edit").click()
    expect(page.locator("#composer .chosen li")).to_have_count(1)


def test_the_text_of_a_sound_is_a_message_of_its_own(opened: Open) -> None:
    desk, _ = opened()
    sound = recordings.tone("mp3", "libmp3lame")
    choose(desk.page, {"name": "bell.mp3", "mimeType": "audio/mpeg", "buffer": sound})
    desk.page.locator("#reply-box").fill("Our bell")
    schedule(open_dialog(desk.page))
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
    dialog = open_dialog(page)
    dialog.locator("[value=tomorrow]").check()
    page.screenshot(path=PICTURES / f"{name}-dialog.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dialog.get_by_role("button", name="Schedule").click()
    expect(waiting(page)).to_have_count(2)
    page.locator(".scheduled summary").click()
    expect(waiting(page).first.locator("img")).to_be_visible()
    page.screenshot(path=PICTURES / f"{name}-strip.png")
    waiting(page).first.get_by_role("link", name="Change").click()
    expect(page.locator("#dialog[open] textarea")).to_be_visible()
    page.screenshot(path=PICTURES / f"{name}-change.png")
    page.goto(page.url.partition("/c/")[0] + "/scheduled")
    expect(page.locator(".card", has_text="tap.jpg").first).to_be_visible()
    page.screenshot(path=PICTURES / f"{name}-page.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
