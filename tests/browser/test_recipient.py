"""A reply goes to the guest whom the writer sees, whatever the network does between two of them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.attaching import give
from tests.browser.bubbles import at_guest
from tests.browser.conftest import PHONE, WIDE, Desk, Desks, start
from tests.stack.stack import Hotel, Stack, wait_until

numbers = iter(range(447700930000, 447700930999))
THREAD = re.compile(r"/c/\d+(\?|$)")
Guest = tuple[str, str]


class Network:
    """The threads that a window asks for, each held until the test says what becomes of it."""

    def __init__(self, page: Page) -> None:
        self.asked: list[Route] = []
        self._page = page
        page.route(THREAD, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == "GET":
            self.asked.append(route)
        else:
            route.continue_()

    def wait_for(self, times: int) -> None:
        while len(self.asked) < times:
            self._page.wait_for_timeout(20)

    def answer(self, number: int) -> None:
        self.asked[number].continue_()

    def open(self) -> None:
        self._page.unroute(THREAD)


@pytest.fixture
def guests(stack: Stack, plaza: Hotel) -> list[Guest]:
    """Three who have written: chat and name."""
    found = [(f"{number}@c.us", f"Guest {number}") for number in (next(numbers) for _ in range(3))]
    for chat, name in found:
        start(stack, plaza, chat, name)
    return found


@pytest.fixture
def opened(plaza: Hotel, desks: Desks, guests: list[Guest]) -> Callable[..., Desk]:
    """A desk with the first of them open."""

    def open_first(size: tuple[int, int] = WIDE) -> Desk:
        desk = desks.open(plaza, size=size)
        for _, name in guests:
            expect(desk.page.locator("#rows .row", has_text=name)).to_be_visible()
        desk.open(guests[0][1])
        return desk

    return open_first


def click(page: Page, name: str) -> None:
    page.locator("#rows .row", has_text=name).click()


def write_to_coming(page: Page, name: str, words: str) -> Network:
    """Click a conversation whose answer is held, and write on as if it were there."""
    network = Network(page)
    click(page, name)
    page.keyboard.type(words)
    network.wait_for(1)
    return network


def assert_on_screen(page: Page, name: str) -> None:
    """The marked row, the head and the box say the same."""
    expect(page.locator("#rows .row.selected .row-name")).to_have_text(name)
    expect(page.locator("#rows [aria-current] .row-name")).to_have_text(name)
    expect(page.locator("#thread h2:visible").first).to_have_text(name)


def test_from_the_click_on_nothing_goes_to_the_one_before(
    stack: Stack, plaza: Hotel, opened: Callable[..., Desk], guests: list[Guest]
) -> None:
    (first, one), (second, two), _ = guests
    page = opened().page
    page.locator("#reply-box").fill("for the first")
    network = Network(page)
    click(page, two)
    page.keyboard.type("your taxi ")
    assert_on_screen(page, two)
    expect(page.locator("#reply-box")).to_be_hidden()
    page.keyboard.type("is here")
    page.keyboard.press("Enter")
    network.wait_for(1)
    expect(page.locator("#coming-box")).to_have_value("your taxi is here")
    network.answer(0)
    expect(page.locator("#reply-box")).to_have_value("your taxi is here")
    expect(page.locator("#reply-box")).to_be_focused()
    assert_on_screen(page, two)
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    wait_until(lambda: at_guest(stack, plaza, second) == ["your taxi is here!"], what="the taxi")
    network.open()
    click(page, one)
    expect(page.locator("#reply-box")).to_have_value("for the first")
    assert at_guest(stack, plaza, first) == []


@pytest.mark.parametrize("failure", ["cut", "broken", "gone"])
def test_what_does_not_come_leaves_the_one_before(
    failure: str, stack: Stack, plaza: Hotel, opened: Callable[..., Desk], guests: list[Guest]
) -> None:
    (first, one), (second, two), _ = guests
    desk = opened()
    page = desk.page
    address = page.url
    network = write_to_coming(page, two, "for the second")
    if failure == "cut":
        network.asked[0].abort()
    else:
        network.asked[0].fulfill(
            status=500 if failure == "broken" else 404, body="<p>Not here.</p>"
        )
    expect(page.locator("#coming-box")).to_have_count(0)
    assert_on_screen(page, one)
    assert page.url == address
    words = "Not here." if failure == "gone" else f"{two} could not be opened."
    expect(page.locator("#notice")).to_contain_text(words)
    expect(page.locator("#reply-box")).to_be_focused()
    page.keyboard.type("for the first")
    page.keyboard.press("Enter")
    wait_until(lambda: at_guest(stack, plaza, first) == ["for the first"], what="the first")
    network.open()
    click(page, two)
    expect(page.locator("#reply-box")).to_have_value("for the second")
    assert at_guest(stack, plaza, second) == []
    desk.complaints.clear()  # a browser tells of every refusal


def test_the_one_clicked_last_is_shown_whichever_answers_last(
    opened: Callable[..., Desk], guests: list[Guest]
) -> None:
    _, (_, two), (_, three) = guests
    page = opened().page
    network = write_to_coming(page, two, "two")
    click(page, three)
    page.keyboard.type("three")
    network.wait_for(2)
    assert_on_screen(page, three)
    network.answer(1)
    expect(page.locator("#reply-box")).to_have_value("three")
    network.answer(0)
    page.wait_for_timeout(300)
    assert_on_screen(page, three)
    expect(page.locator("#reply-box")).to_have_value("three")
    network.open()
    click(page, two)
    expect(page.locator("#reply-box")).to_have_value("two")


def test_back_and_forward_too(opened: Callable[..., Desk], guests: list[Guest]) -> None:
    (_, one), (_, two), _ = guests
    desk = opened()
    page = desk.page
    desk.open(two)
    here = page.url
    network = Network(page)
    page.evaluate("history.back()")
    network.wait_for(1)
    page.keyboard.type("for the first")
    assert_on_screen(page, one)
    network.answer(0)
    expect(page.locator("#reply-box")).to_have_value("for the first")
    page.evaluate("history.forward()")
    network.wait_for(2)
    assert_on_screen(page, two)
    network.asked[1].abort()
    expect(page.locator("#coming-box")).to_have_count(0)
    assert_on_screen(page, one)
    assert page.url != here
    network.open()


def test_what_lies_over_the_page_goes_with_the_one_that_is_left(
    opened: Callable[..., Desk], guests: list[Guest]
) -> None:
    desk = opened()
    page = desk.page
    desk.open(guests[1][1])
    page.locator("#composer .more-menu summary").click()
    page.locator("#composer").get_by_role("link", name="Location").click()
    expect(page.locator("#dialog")).to_be_visible()
    network = Network(page)
    page.evaluate("history.back()")
    network.wait_for(1)
    expect(page.locator("#dialog")).to_be_hidden()
    network.answer(0)
    assert_on_screen(page, guests[0][1])


def test_files_that_are_dropped_meanwhile_are_for_the_one_that_comes(
    opened: Callable[..., Desk], guests: list[Guest]
) -> None:
    page = opened().page
    network = Network(page)
    click(page, guests[1][1])
    network.wait_for(1)
    give(page, "drop", ["menu.pdf"], ".coming")
    expect(page.locator(".coming .chosen li")).to_contain_text("menu.pdf")
    network.answer(0)
    expect(page.locator("#composer .chosen li")).to_contain_text("menu.pdf")
    network.open()
    click(page, guests[0][1])
    expect(page.locator("#reply-box")).to_be_focused()
    expect(page.locator("#composer .chosen li")).to_have_count(0)


def test_on_a_phone_one_can_turn_back_before_it_is_there(
    plaza: Hotel, desks: Desks, guests: list[Guest]
) -> None:
    page = desks.open(plaza, size=PHONE).page
    expect(page.locator("#rows .row", has_text=guests[1][1])).to_be_visible()
    network = Network(page)
    click(page, guests[1][1])
    expect(page.locator(".coming h2")).to_have_text(guests[1][1])
    network.wait_for(1)
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".coming")).to_have_count(0)
    expect(page.locator("#rows .row", has_text=guests[1][1])).to_be_visible()
    expect(page.locator("#notice")).to_be_empty()


def test_a_form_that_fits_no_more_is_refused_and_keeps_its_text(
    stack: Stack, plaza: Hotel, opened: Callable[..., Desk], guests: list[Guest]
) -> None:
    """Should a fault of ours ever let the two differ, the server does not believe the form."""
    desk = opened()
    page = desk.page
    page.evaluate("document.querySelector('.thread-head').id = 'thread-head-999999'")
    desk.reply("For whom?")
    pending = page.locator("#thread .message.pending")
    expect(pending).to_contain_text("another conversation was on the screen")
    expect(pending).to_contain_text("For whom?")
    assert at_guest(stack, plaza, guests[0][0]) == []


def test_a_reply_says_whom_its_writer_saw(opened: Callable[..., Desk]) -> None:
    desk = opened()
    sent: list[Request] = []
    desk.page.on("request", lambda one: sent.append(one) if one.url.endswith("/reply") else None)
    desk.reply("Good morning")
    expect(desk.page.locator("#thread .message.out:not(.pending)")).to_have_count(1)
    (request,) = sent
    opened_id = request.url.rsplit("/", 2)[1]
    assert f"saw={opened_id}" in str(request.post_data)
