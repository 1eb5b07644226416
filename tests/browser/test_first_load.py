"""How much a first load asks for: a thread, in a browser that has seen nothing of Lobby before."""

import re

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Desk, Open

TRIES = 3
MOST_REQUESTS = 12
NEWS = re.compile(r"/changes\?.*\btold=[0-9]")


def test_a_thread_needs_few_requests(opened: Open) -> None:
    """What a page asks for again because it has waited too long, on a busy machine, is no part of a
    load: the load with the fewest requests counts.
    """
    desk, _ = opened()
    loads: list[list[str]] = []
    while len(loads) < TRIES and not any(len(asked) <= MOST_REQUESTS for asked in loads):
        loads.append(_load(desk))
    fewest = min(loads, key=len)
    assert len(fewest) <= MOST_REQUESTS, "\n".join(fewest)


def _load(desk: Desk) -> list[str]:
    page = desk.page.context.new_page()
    asked = _note_requests(page)
    with page.expect_websocket():
        page.goto(desk.page.url)
    expect(page.locator("#live[data-htmx-powered]")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    page.close()
    return asked


def _note_requests(page: Page) -> list[str]:
    """What the page asks for, also what its browser has kept from before. What happens meanwhile,
    and is fetched because a change signal told of it, is no part of a load.
    """
    asked: list[str] = []

    def note(request: Request) -> None:
        if not NEWS.search(request.url):
            asked.append(f"{request.method} {request.url}")

    page.on("request", note)
    page.on("websocket", lambda socket: asked.append(socket.url))
    return asked
