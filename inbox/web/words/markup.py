"""WhatsApp's own text marks as safe HTML: *bold*, _italic_, ~strike~, `code`, links, line breaks.

Every character of the input ends up escaped; the only tags in the output are those written in this
file. `ALLOWED_TAGS` is the promise that the tests hold it to.
"""

import re
from collections.abc import Callable
from html import escape
from urllib.parse import urlsplit

from markupsafe import Markup

ALLOWED_TAGS = frozenset({"strong", "em", "s", "code", "a", "br"})

# Each alternative stops at its own closing mark, so a scan stays linear in the text's length.
_TOKEN = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w@/.])(?P<link>(?:https?://|www\.)[^\s<>\"]+)"
    r"|(?<![\w*])\*(?P<strong>(?!\s)[^*\n]+(?<!\s))\*(?![\w*])"
    r"|(?<![\w_])_(?P<em>(?!\s)[^_\n]+(?<!\s))_(?![\w_])"
    r"|(?<![\w~])~(?P<s>(?!\s)[^~\n]+(?<!\s))~(?![\w~])",
    re.DOTALL | re.IGNORECASE,
)
_TRAILING = ".,;:!?'\"*_~"
_EMOJI_ONLY = re.compile(
    "[\u00a9\u00ae\u200d\u20e3\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d"
    "\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def whatsapp_html(text: str) -> Markup:
    """The text as HTML that is safe inside any element, whatever the text holds."""
    return Markup(_marked(text.replace("\r\n", "\n").replace("\r", "\n")))  # noqa: S704


def is_emoji_only(text: str) -> bool:
    """True for one to three emoji and nothing else: such a message is shown large."""
    bare = text.strip().replace(" ", "")
    return 0 < len(bare) <= 12 and _EMOJI_ONLY.fullmatch(bare) is not None


def _marked(text: str) -> str:
    parts: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        parts.append(_plain(text[end : match.start()]))
        parts.append(_RENDER[match.lastgroup or ""](match[match.lastgroup or 0]))
        end = match.end()
    parts.append(_plain(text[end:]))
    return "".join(parts)


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _link(text: str) -> str:
    shown, rest = _without_trailing_punctuation(text)
    address = shown if shown.lower().startswith("http") else f"https://{shown}"
    if not _has_a_host(address):
        return _plain(text)
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"{escape(shown)}</a>{_plain(rest)}"
    )


def _without_trailing_punctuation(text: str) -> tuple[str, str]:
    """What is the link, and what the sentence around it. A ")" stays if it was opened."""
    end = len(text)
    while end and (text[end - 1] in _TRAILING or _closes_nothing(text[:end])):
        end -= 1
    return text[:end], text[end:]


def _closes_nothing(text: str) -> bool:
    return text.endswith(")") and text.count(")") > text.count("(")


def _has_a_host(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return "." in host.strip(".") or host == "localhost"


def _wrapped(tag: str) -> Callable[[str], str]:
    return lambda inner: f"<{tag}>{_marked(inner)}</{tag}>"


def _code(text: str) -> str:
    return f"<code>{_plain(text.strip(chr(10)))}</code>"


_RENDER: dict[str, Callable[[str], str]] = {
    "block": _code,
    "code": _code,
    "link": _link,
    "strong": _wrapped("strong"),
    "em": _wrapped("em"),
    "s": _wrapped("s"),
}
