"""Files that a person chooses, pastes or drops at the desk."""

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import FilePayload, Page

from inbox.config import ROOT

SAMPLES = ROOT / "inbox" / "simulator" / "media"


def large(name: str = "large.pdf", size: int = 2_000_000) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + bytes(size)}


def picture(name: str = "pool.png") -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


def sample(name: str) -> FilePayload:
    content = (SAMPLES / name).read_bytes()
    mime_type = "image/jpeg" if name.endswith(".jpg") else "application/pdf"
    return {"name": name, "mimeType": mime_type, "buffer": content}


def choose(page: Page, *files: FilePayload, place: str = "#composer") -> None:
    """By the button of this place, through the browser's own window."""
    with page.expect_file_chooser() as chooser:
        page.locator(place).get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))


def slow_down(page: Page, bytes_a_second: int = 300_000) -> Callable[[int], None]:
    """A narrow way up; the function returned widens it."""
    devtools = page.context.new_cdp_session(page)

    def widen(rate: int) -> None:
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
        devtools.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": rate})

    devtools.send("Network.enable")
    widen(bytes_a_second)
    return widen


def give(page: Page, kind: str, files: list[str], selector: str, text: str = "") -> None:
    """A paste or a drop of files with these names, as the browser would tell of it."""
    page.evaluate(
        """([kind, names, selector, text]) => {
            const data = new DataTransfer();
            for (const name of names) {
                const type = name.endsWith(".png") ? "image/png" : "application/pdf";
                data.items.add(new File(["%PDF-1.4 " + name], name, { type }));
            }
            if (text) data.setData("text/plain", text);
            const options = { bubbles: true, cancelable: true };
            const event = kind === "paste"
                ? new ClipboardEvent("paste", { ...options, clipboardData: data })
                : new DragEvent(kind, { ...options, dataTransfer: data });
            document.querySelector(selector).dispatchEvent(event);
        }""",
        [kind, files, selector, text],
    )
