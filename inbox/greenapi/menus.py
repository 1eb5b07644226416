"""Messages with buttons or a list to choose from, and what somebody chose."""

from dataclasses import dataclass, field
from typing import Literal

from inbox.greenapi.fields import Fields


@dataclass(frozen=True)
class Option:
    """One button, or one row of a list. `detail` is its second line: a description, a link."""

    text: str = field(repr=False)
    detail: str = field(default="", repr=False)
    section: str = field(default="", repr=False)


@dataclass(frozen=True)
class Menu:
    """Buttons, a list or a template. `button` is the word that opens a list."""

    text: str = field(repr=False)
    title: str = field(default="", repr=False)
    footer: str = field(default="", repr=False)
    button: str = field(default="", repr=False)
    options: tuple[Option, ...] = field(default=(), repr=False)
    kind: Literal["menu"] = "menu"


@dataclass(frozen=True)
class Choice:
    """What somebody chose: `text` in words, of the message `stanza_id` ('' when not told)."""

    text: str = field(repr=False)
    stanza_id: str = ""
    option_id: str = field(default="", repr=False)
    kind: Literal["choice"] = "choice"


def read_menu(block: Fields) -> Menu | None:
    """The menu of a `buttonsMessage`, `listMessage`, `templateMessage` or `interactiveButtons`;
    None when there is nothing to read or to choose.
    """
    menu = Menu(
        text=block.text("contentText", "body", "bodyText"),
        title=block.text("title", "titleText", "header", "elementName"),
        footer=block.text("footer", "footerText"),
        button=block.text("buttonText"),
        options=(*_buttons(block), *_rows(block)),
    )
    return menu if menu.text or menu.title or menu.options else None


def _buttons(block: Fields) -> tuple[Option, ...]:
    return tuple(option for one in block.blocks("buttons") if (option := _button(one)))


def _button(button: Fields) -> Option | None:
    """A button in one of five shapes."""
    for name in ("urlButton", "callButton", "quickReplyButton", "buttonText"):
        button = button.block(name) or button
    text = button.text("buttonText", "displayText", "buttonId", "id")
    detail = button.text("url", "phoneNumber", "copyCode")
    return Option(text, detail) if text else None


def _rows(block: Fields) -> tuple[Option, ...]:
    return tuple(
        Option(title, row.text("description"), section.text("title"))
        for section in block.blocks("sections")
        for row in section.blocks("rows")
        if (title := row.text("title", "rowId"))
    )


def read_choice(block: Fields) -> Choice | None:
    """The answer in a `buttonsResponseMessage`, `listResponseMessage`,
    `templateButtonReplyMessage`, `interactiveButtonsReply` or `interactiveButtonsResponse`;
    None when it says nothing.
    """
    row = block.raw("singleSelectReply")
    row_id = Fields({"id": row}).word("id") or Fields.of(row).word("selectedRowId")
    option_id = block.word("selectedButtonId") or block.word("selectedId") or row_id
    text = block.text("selectedButtonText", "selectedDisplayText", "title", "description")
    if not text and not option_id:
        return None
    return Choice(text or option_id, block.word("stanzaId"), option_id)


def read_menu_or_choice(block: Fields) -> Menu | Choice | None:
    """`interactiveButtonsReply` is documented as the question and implemented as the answer."""
    is_answer = any(key.startswith("selected") for key in block.values)
    return read_choice(block) if is_answer else read_menu(block)
