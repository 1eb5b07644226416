"""A real Chromium in front of the real processes.

The CDN is answered from the same npm packages that it serves, and only if the page's `integrity`
fits them. Every page must load without a console error: a refused script or style would be one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Route,
    expect,
    sync_playwright,
)

from inbox.supervisor import vendor_copy
from inbox.web.page.vendor import VENDOR_FILES, VendorFile
from tests.databases import Databases
from tests.stack.chromium import launch_options
from tests.stack.database import ask, change, wait_settled
from tests.stack.stack import Hotel, Stack

WIDE = (1440, 900)
PHONE = (390, 844)
PICTURES = Path("test-results/pictures")
KEPT = 20
SHOWN_MS = 15_000
"""How long a page may take to show something on a busy machine. By itself it asks after 20 s, so
that what nobody tells it of is not seen."""
OPENED = "html:not(.js) #composer, html.js:has(#live[data-htmx-powered]) #composer[data-opened]"
GUEST = "447700900318@c.us"
Received = Callable[[str], list[dict[str, Any]]]
numbers = iter(range(447700910000, 447700910999))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Stack]:
    """The product, running, with guests who read at once."""
    folder = tmp_path_factory.mktemp("browser")
    databases.copy(databases.migrated, folder / "data")
    with Stack(folder, migrated=True) as stack:
        missing = vendor_copy.prepare(stack.data / "vendor", VENDOR_FILES)
        assert not missing, "the npm registry must be reachable for the browser tests"
        stack.simulator.set_timing(scale=0.1)
        yield stack


@pytest.fixture(scope="session")
def plaza(stack: Stack) -> Hotel:
    """The hotel whose desk is open."""
    hotel = stack.add_hotel("grand-plaza", "Europe/Madrid")
    wait_settled(stack, hotel)
    return hotel


@pytest.fixture(scope="session")
def seaview(stack: Stack) -> Hotel:
    """Another hotel."""
    hotel = stack.add_hotel("seaview", "Europe/Lisbon")
    wait_settled(stack, hotel)
    return hotel


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers."""
    expect.set_options(timeout=SHOWN_MS)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests; each has windows of its own."""
    with playwright.chromium.launch(**launch_options()) as browser:
        yield browser


@dataclass
class Cdn:
    """What the CDN does in one window: `answers`, `refuses`, or is `silent` as behind a
    firewall.
    """

    folder: Path
    behaviour: str = "answers"

    def __call__(self, route: Route) -> None:
        if self.behaviour == "refuses":
            route.abort()
        elif self.behaviour == "answers":
            content = (self.folder / self._file(route.request.url).name).read_bytes()
            route.fulfill(
                body=content,
                content_type="text/javascript",
                headers={"Access-Control-Allow-Origin": "*"},
            )

    @staticmethod
    def _file(url: str) -> VendorFile:
        return next(file for file in VENDOR_FILES if file.cdn_url == url)


@dataclass
class Desk:
    """A person's window: signed in at a hotel's inbox."""

    page: Page
    cdn: Cdn
    complaints: list[str]

    def open(self, name: str) -> None:
        """Open the conversation with this guest, and wait until it is the one that is open and its
        scripts are at work.
        """
        row = self.page.locator("#rows .row", has_text=name).first.get_attribute("id")
        self.page.locator(f"#{row}").click()
        self.page.locator(f"#open-thread[value='{str(row).removeprefix('row-')}']").wait_for(
            state="attached"
        )
        self.page.locator(OPENED).wait_for()

    def reply(self, text: str) -> None:
        """Type a reply and press Enter."""
        box = self.page.locator("#reply-box")
        box.fill(text)
        box.press("Enter")


Open = Callable[..., tuple[Desk, str]]


class Desks:
    """Opens windows, and closes them all at the end of the test."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser = browser
        self._stack = stack
        self._contexts: list[BrowserContext] = []
        self._desks: list[Desk] = []

    def open(
        self,
        hotel: Hotel,
        *,
        size: tuple[int, int] = WIDE,
        dark: bool = False,
        cdn: str = "answers",
        scripts: bool = True,
    ) -> Desk:
        """A new window of a person who has just signed in at this hotel."""
        context = self._window(size, dark, scripts)
        answers = Cdn(self._stack.data / "vendor", cdn)
        context.route("https://cdn.jsdelivr.net/**", answers)
        desk = Desk(context.new_page(), answers, [])
        desk.page.on("console", lambda message: _note(desk, message))
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        self._desks.append(desk)
        self._sign_in(desk.page, hotel)
        return desk

    def stranger(self, *, size: tuple[int, int] = WIDE, dark: bool = False) -> Page:
        """A new window at the sign-in page, of somebody who is not signed in."""
        context = self._window(size, dark, scripts=True)
        context.route("https://cdn.jsdelivr.net/**", Cdn(self._stack.data / "vendor"))
        page = context.new_page()
        page.goto(f"{self._stack.url}/sign-in")
        return page

    def _window(self, size: tuple[int, int], dark: bool, scripts: bool) -> BrowserContext:
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="en-GB",
        )
        self._contexts.append(context)
        return context

    def _sign_in(self, page: Page, hotel: Hotel) -> None:
        page.goto(f"{self._stack.url}/sign-in")
        page.fill("input[name=email]", hotel.email)
        page.fill("input[name=password]", hotel.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/h/**", wait_until="commit")  # a silent CDN holds up "load"

    def close(self) -> list[str]:
        """Close every window; returns what their consoles complained about."""
        for context in self._contexts:
            context.close()
        return [complaint for desk in self._desks for complaint in desk.complaints]


def start(stack: Stack, hotel: Hotel, chat: str, name: str) -> None:
    """A guest of this name begins a conversation."""
    stack.simulator.write(hotel.id_instance, chat, sender_name=name, text=f"Hello from {name}")


def write_from(stack: Stack, hotel: Hotel, name: str, *chats: str) -> None:
    """Somebody of this name writes from each of these addresses, and says from which."""
    for chat in chats:
        stack.simulator.write(hotel.id_instance, chat, sender_name=name, text=f"From {chat}")


def _note(desk: Desk, message: ConsoleMessage) -> None:
    expected = ("net::ERR", "Failed to fetch", "status of 422")  # no connection; a refusal
    if message.type == "error" and not any(words in message.text for words in expected):
        desk.complaints.append(message.text)


@pytest.fixture
def desks(chromium: Browser, stack: Stack) -> Iterator[Desks]:
    """Windows of this test. None of them may have an error in its console."""
    desks = Desks(chromium, stack)
    yield desks
    complaints = desks.close()
    _tidy(stack)
    assert complaints == []


def _tidy(stack: Stack) -> None:
    """A test that failed leaves no faults to the next. Who waited in tests long ago is done: the
    list shows forty, the newest last.
    """
    for (number,) in ask(stack, "SELECT id_instance FROM instance"):
        stack.simulator.clear_faults(number)
    change(
        stack,
        "UPDATE conversation SET status = 'done'"
        " WHERE id <= (SELECT max(id) FROM conversation) - ?",
        KEPT,
    )


@pytest.fixture
def opened(stack: Stack, plaza: Hotel, desks: Desks) -> Open:
    """The desk with a new guest's conversation open, and the guest's chat id."""

    def open_one(**window: Any) -> tuple[Desk, str]:
        number = next(numbers)
        chat, name = f"{number}@c.us", f"Guest {number}"
        start(stack, plaza, chat, name)
        desk = desks.open(plaza, **window)
        desk.open(name)
        return desk, chat

    return open_one


@pytest.fixture
def received(stack: Stack, plaza: Hotel) -> Received:
    """What this guest has on the phone."""
    return lambda chat: stack.simulator.received(plaza.id_instance, chat)
