"""What a row says of itself is a member of inbox/models/states.py, never a word typed again."""

import ast
from collections.abc import Iterator
from enum import StrEnum

import pytest
from jinja2 import Environment, nodes

from inbox.config import ROOT
from inbox.models import states
from tests.rules import source

STATES = "inbox/models/states.py"
# A column, or a keyword of that name, and the words it may hold.
HOLDS: dict[str, tuple[type[StrEnum], ...]] = {
    "status": (states.MessageStatus, states.ConversationStatus),
    "state": (states.AttachmentState, states.EventState, states.CorrectionState),
    "direction": (states.Direction,),
    "last_direction": (states.Direction,),
    "origin": (states.Origin,),
    "hold_reason": (states.HoldReason,),
    "receive": (states.Receive,),
}
# Other words under the same names: Green API's own, the simulator's, those of a person's text.
OTHER_WORDS = ("inbox/greenapi/", "inbox/simulator/", "inbox/sentiment/", "inbox/supervisor/")


def test_no_state_is_typed_as_text() -> None:
    wrong = [
        f"{source.name(file)}:{line}"
        for file in source.python_files("inbox")
        if not source.name(file).startswith((STATES, *OTHER_WORDS))
        for line in _typed(source.tree(file))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_template_types_a_state_as_text() -> None:
    wrong = [
        f"{source.name(file)}:{line}"
        for file in (ROOT / "templates").rglob("*.html")
        for line in _typed_in_template(Environment(autoescape=True).parse(file.read_text()))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "template",
    [
        "{% if message.status == 'queued' %}",
        "{% if message.status in ('failed', 'expired') %}",
        "{{ 'a' if row.last_direction != 'in' }}",
    ],
)
def test_a_state_typed_in_a_template_is_found(template: str) -> None:
    end = "{% endif %}" if "{% if" in template else ""
    assert list(_typed_in_template(Environment(autoescape=True).parse(template + end)))


@pytest.mark.parametrize(
    "code",
    [
        "NOT_OVER = ('queued', 'sending')",
        "message.status == 'queued'",
        "'queued' != message.status",
        "message.status in ('failed', 'expired')",
        "Message.status.in_(('failed', 'expired'))",
        "message.status, message.rank = 'queued', 0",
        "conversation.status = 'done' if over else 'open'",
        "update(Message).values(status='queued')",
        "Attachment(state='ready')",
        "dict(direction='in' if guest else 'out')",
    ],
)
def test_a_typed_state_is_found(code: str) -> None:
    assert list(_typed(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    ["message.status == MessageStatus.QUEUED", "answer(status='200 OK')", "view == 'done'"],
)
def test_nothing_else_is_found(code: str) -> None:
    assert not list(_typed(ast.parse(code)))


def _typed_in_template(tree: nodes.Node) -> Iterator[int]:
    for compare in tree.find_all(nodes.Compare):
        asked = compare.expr.attr if isinstance(compare.expr, nodes.Getattr) else ""
        texts = {const.value for one in compare.ops for const in _consts(one.expr)}
        if _words(asked) & texts:
            yield compare.lineno


def _consts(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const):
        yield node
    yield from node.find_all(nodes.Const)


def _words(name: str) -> set[str]:
    return {one.value for kind in HOLDS.get(name, ()) for one in kind} - {""}


def _is_set_of_states(value: ast.expr) -> bool:
    """Whether these words mean something together that has its name in `states` already."""
    texts = _texts(value) if isinstance(value, ast.Tuple) else set()
    kinds = {kind for several in HOLDS.values() for kind in several}
    return len(texts) > 1 and any(texts <= {one.value for one in kind} for kind in kinds)


def _typed(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        for name, value in _pairs(node):
            if _words(name) & _texts(value):
                yield value.lineno
        if isinstance(node, ast.Assign) and _is_set_of_states(node.value):
            yield node.lineno


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What is said of which name: compared with it, given to it, or looked for among."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from ((_name(one), other) for one in sides for other in sides if one is not other)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from ((_name(node.func.value), one) for one in node.args)
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _given(target, node.value)


def _given(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, given in zip(target.elts, value.elts, strict=False):
            yield from _given(one, given)
    elif isinstance(target, ast.Attribute):
        yield _name(target), value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.expr) -> set[str]:
    """The texts that this may be, one of several or by a condition."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return {text for one in node.elts for text in _texts(one)}
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return set()
