"""How long from a webhook's POST until the message is on the screens of a hundred open pages.

One page is a real Chromium. The others are as little of a browser as the live path needs: a socket,
and a fetch of `…/changes` whenever a signal is ahead of the cursor. They run in this process, on
the same two cores as the server.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

from playwright.async_api import Page, async_playwright
from wsproto import ConnectionType, WSConnection
from wsproto.events import Message, Ping, TextMessage
from wsproto.events import Request as Upgrade

from tests.bench.guests import Writer
from tests.bench.load import LOOPBACK, Answer, Client, Request, at_rate, percentile
from tests.bench.report import heading, ms, row
from tests.stack.chromium import launch_options
from tests.stack.desk import Desk
from tests.stack.stack import Hotel, Stack

PAGES = 100
RATE, SECONDS = 50, 15.0
CURSOR = re.compile(rb'id="cursor"[^>]*value="(\d+)"')
ANSWERED = re.compile(rb'id="arrived"[^>]*data-seq="(\d+)"')
MARK = re.compile(rb"mark[a-z]+x\d+x")
CHANGED = re.compile(r'^42\["(?:changed|heartbeat)",\{"seq":(\d+)\}\]$')

NOTE_MARKS = r"""() => {
  window.seenMarks = {};
  const note = () => {
    const now = Date.now();
    const text = document.getElementById("rows").textContent;
    for (const found of text.matchAll(/mark[a-z]+x\d+x/g)) window.seenMarks[found[0]] ??= now;
  };
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
}"""


@dataclass
class OpenPage:
    """A page of one hotel that follows its changes."""

    port: int
    slug: str
    cookie: str
    cursor: int
    seen: dict[str, float] = field(default_factory=dict)
    fetches: int = 0

    async def follow(self, ready: asyncio.Event) -> None:
        """Listen until cancelled."""
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
        ws = WSConnection(ConnectionType.CLIENT)
        target = f"/socket.io/?EIO=4&transport=websocket&hotel={self.slug}"
        upgrade = Upgrade(
            host=f"{LOOPBACK}:{self.port}",
            target=target,
            extra_headers=[
                (b"Cookie", self.cookie.encode()),
                (b"Origin", f"http://{LOOPBACK}:{self.port}".encode()),
            ],
        )
        writer.write(ws.send(upgrade))
        client = Client(self.port)
        fetching: asyncio.Task[None] | None = None
        heard = [self.cursor]
        while data := await reader.read(65536):
            ws.receive_data(data)
            for event in ws.events():
                if isinstance(event, Ping):
                    writer.write(ws.send(event.response()))
                if not isinstance(event, TextMessage):
                    continue
                answer = _engine_answer(event.data)
                if answer:
                    writer.write(ws.send(Message(data=answer)))
                if event.data.startswith("40"):
                    ready.set()
                found = CHANGED.match(event.data)
                if found:
                    heard.append(max(heard.pop(), int(found[1])))
            if heard[0] > self.cursor and (fetching is None or fetching.done()):
                fetching = asyncio.create_task(self._catch_up(client, heard))

    async def _catch_up(self, client: Client, heard: list[int]) -> None:
        while heard[0] > self.cursor:
            numbers = f"since={self.cursor}&told={heard[0]}"
            path = f"/h/{self.slug}/changes?{numbers}&open=&view=needs_us&q="
            headers = (("Cookie", self.cookie), ("HX-Request", "true"))
            answer = await client.send(Request("GET", path, headers))
            found = ANSWERED.search(answer.body)
            if answer.status != 200 or not found:
                return
            self.fetches += 1
            for mark in MARK.findall(answer.body):
                self.seen.setdefault(mark.decode(), answer.done)
            self.cursor = int(found[1])


def _engine_answer(packet: str) -> str:
    """What engine.io wants to hear: a connect after its greeting, a pong after its ping."""
    return {"0": "40", "2": "3"}.get(packet[:1], "")


def measure(stack: Stack, hotels: list[Hotel], name: str) -> None:
    """Print the figures for pages spread over these hotels."""
    processes = stack.environ.get("WEB_CONCURRENCY", "1")
    heading(
        f"Live: {RATE} webhooks a second for {SECONDS:.0f} s, {PAGES} open pages, "
        f"{len(hotels)} hotel(s), {processes} web process(es)"
    )
    asyncio.run(_measure(stack, hotels, name))


async def _measure(stack: Stack, hotels: list[Hotel], name: str) -> None:
    desk = Desk(stack, hotels[0])
    cookie = "; ".join(f"{one.name}={one.value}" for one in desk.session.cookies)
    cursors = {hotel.slug: _cursor(desk, hotel.slug) for hotel in hotels}
    pages = [
        OpenPage(stack.port, hotel.slug, cookie, cursors[hotel.slug])
        for hotel in hotels * (PAGES // len(hotels))
    ][: PAGES - 1]
    readies = [asyncio.Event() for _ in pages]
    followers = [
        asyncio.create_task(page.follow(ready)) for page, ready in zip(pages, readies, strict=True)
    ]
    writer = Writer(hotels, 1000, name)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        real = await browser.new_page()
        await _open(stack, real, hotels[0])
        await asyncio.wait_for(asyncio.gather(*(ready.wait() for ready in readies)), 60)
        client = Client(stack.port)
        offset = time.time() - time.monotonic()
        answers = await at_rate(client, RATE, SECONDS, writer.webhook)
        await asyncio.sleep(3)
        shown = await real.evaluate("window.seenMarks")
        await browser.close()
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)
    due = {writer.mark(number): answer.due for number, answer in enumerate(answers)}
    _print(pages, due, {m: at / 1000 - offset for m, at in shown.items()}, answers)


def _cursor(desk: Desk, slug: str) -> int:
    found = CURSOR.search(desk.get(f"/h/{slug}/").content)
    assert found, "the page has no cursor"
    return int(found[1])


async def _open(stack: Stack, page: Page, hotel: Hotel) -> None:
    """Sign a real browser in, and let it note when each mark was put into its list."""
    await page.route("https://cdn.jsdelivr.net/**", lambda route: route.abort())
    await page.goto(f"{stack.url}/sign-in")
    await page.fill("input[name=email]", hotel.email)
    await page.fill("input[name=password]", hotel.password)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url("**/h/**")
    await page.wait_for_selector("#rows", state="attached")
    await page.evaluate(NOTE_MARKS)
    await asyncio.sleep(2)


def _print(
    pages: list[OpenPage],
    due: dict[str, float],
    shown: dict[str, float],
    answers: list[Answer],
) -> None:
    light = [page.seen[mark] - due[mark] for page in pages for mark in page.seen if mark in due]
    real = [at - due[mark] for mark, at in shown.items() if mark in due]
    for what, values in (("99 light pages", light), ("one real Chromium", real)):
        pair = f"{ms(percentile(values, 0.5))} / {ms(percentile(values, 0.99))}"
        row(f"POST to visible, {what} ({len(values)} sightings), p50 / p99", pair)
    hook = [answer.seconds for answer in answers]
    row(
        "the webhook meanwhile, p50 / p99",
        f"{ms(percentile(hook, 0.5))} / {ms(percentile(hook, 0.99))}",
    )
    row("webhooks refused", str(sum(answer.status != 200 for answer in answers)))
    row(
        "fetches of the light pages",
        f"{sum(page.fetches for page in pages) / SECONDS:.0f} a second",
    )
