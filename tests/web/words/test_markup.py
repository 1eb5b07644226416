"""Guests' text as HTML: WhatsApp's marks become tags, and nothing else ever does."""

from html import unescape
from html.parser import HTMLParser
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.web.words.markup import ALLOWED_TAGS, is_emoji_only, whatsapp_html

ALLOWED_ATTRIBUTES = {"href", "target", "rel"}
NASTY = [
    "*", "_", "~", "`", "```", "\n", "\r", " ", "<", ">", "&", '"', "'", "/", "\\", ":", "=",
    "https://", "http://", "www.", "javascript:", "a.b", "example.com/x_(y)", "<script>",
    "</a>", "onerror=", "&lt;", "&#x3C;", "<!--", "]]>", "<hx-partial hx-target=body>", "\0",
    "\u2028", "هل", "日本", "🙏", "x",
]  # fmt: skip


class Reader(HTMLParser):
    """What a browser would make of the HTML: its tags with attributes, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment came through: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration came through: {decl!r}")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(str(whatsapp_html(text)))
    reader.close()
    return reader


@given(st.one_of(st.text(), st.lists(st.sampled_from(NASTY), max_size=40).map("".join)))
def test_no_input_yields_a_tag_or_attribute_of_its_own(text: str) -> None:
    reader = read(text)
    for tag, attributes in reader.tags:
        assert tag in ALLOWED_TAGS
        assert set(attributes) <= ALLOWED_ATTRIBUTES
        if tag == "a":
            assert (attributes["href"] or "").startswith(("http://", "https://", "HTTP", "Http"))
            assert "noopener" in (attributes["rel"] or "")
        else:
            assert not attributes
    assert reader.open == []


@given(st.text(alphabet=st.characters(exclude_characters="*_~`\r\0", exclude_categories=["Cs"])))
def test_text_without_marks_is_read_back_unchanged(text: str) -> None:
    html = str(whatsapp_html(text))
    assert "<strong>" not in html
    shown = html.replace("<br>", "\n")
    if "<a " not in shown:
        assert unescape(shown) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold*", "<strong>bold</strong>"),
        ("_soft_ and ~gone~", "<em>soft</em> and <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("`code *not bold*`", "<code>code *not bold*</code>"),
        ("```a\nb```", "<code>a<br>b</code>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("a *b\nc* d", "a *b<br>c* d"),
        ("one\r\ntwo", "one<br>two"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("¿*Qué*?", "¿<strong>Qué</strong>?"),
    ],
)
def test_marks_read_as_in_whatsapp(text: str, html: str) -> None:
    assert str(whatsapp_html(text)) == html


@pytest.mark.parametrize(
    ("text", "href", "after"),
    [
        ("see https://a.example/b.", "https://a.example/b", "."),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)", ")"),
        ("www.hotel.example!", "https://www.hotel.example", "!"),
        ("https://a.example/?q=1&r=<2", "https://a.example/?q=1&r=", "<2"),
        ("https://a.example/a_b_c", "https://a.example/a_b_c", ""),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(text: str, href: str, after: str) -> None:
    reader = read(text)
    assert [attributes["href"] for tag, attributes in reader.tags if tag == "a"] == [href]
    assert reader.text == text
    assert text.endswith(after)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "https://", "http://[", "ftp://a.example", "a@www.example"]
)
def test_what_is_no_web_address_is_no_link(text: str) -> None:
    assert [tag for tag, _ in read(text).tags] == []


@pytest.mark.parametrize(
    "text", ["*" * 20_000, "*a " * 6_000, "`" * 20_000, "https://" * 2_500, "_*~`" * 5_000]
)
def test_a_long_hostile_text_costs_little(text: str) -> None:
    start = thread_time()
    whatsapp_html(text)
    assert thread_time() - start < 2


@pytest.mark.parametrize(
    ("text", "large"),
    [("🙏", True), ("❤️ 👍🏽", True), ("ok 👍", False), ("", False), ("12", False)],
)
def test_only_emoji_are_shown_large(text: str, large: bool) -> None:
    assert is_emoji_only(text) is large
