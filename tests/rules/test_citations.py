"""Whatever a comment, a docstring or a document cites is in the repository."""

import ast

import pytest

from inbox.config import ROOT
from tests.rules import citations, source
from tests.rules.citations import Known, Passage

THERE = Known(
    ids=frozenset({"D1", "D4", "D6", "P7", "N11", "N14", "Z6"}),
    sections=frozenset({"3", "3.4", "12"}),
    records=frozenset({"0003"}),
    files=frozenset({"README.md", "docs/api.md", "docs/decisions/0003-a.md", "inbox/web/line.py"}),
    anchors={"docs/api.md": frozenset({"how-it-fails"})},
)


def test_what_is_cited_is_there() -> None:
    known = citations.known()
    missing = [
        problem
        for passage in citations.passages()
        for problem in citations.problems(passage, known)
    ]
    assert not missing, "\n".join(missing)


def test_every_way_to_fail_has_its_number() -> None:
    """They are numbered from one without a gap, so that no id is ever given twice."""
    found = citations.failure_ids(failures())
    for letter in "PZNSLT":
        numbers = [int(one[1:]) for one in found if one[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1)), letter


def test_every_way_to_fail_is_shown_or_said_to_be_open() -> None:
    silent = [
        part.partition("\n")[0]
        for part in failures().split("\n### ")[1:]
        if "\n- Shown by: `test_" not in part and "\n- Not yet: " not in part
    ]
    assert silent == []


def test_every_test_that_is_named_is_there() -> None:
    written = {
        node.name
        for file in source.python_files("tests")
        for node in ast.walk(source.tree(file))
        if isinstance(node, ast.FunctionDef)
    }
    named = {
        name
        for passage in citations.passages()
        if passage.is_document
        for name in citations.test_names(passage.text)
    }
    assert named - written == set()


def failures() -> str:
    return (ROOT / citations.FAILURES).read_text()


# ---- the finders themselves: each must see its fault, and only that


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is announced after the commit (D2).", ["D2"]),
        ("The outbox (D4 to\nD6), and more (N13, P12; its issues 977, 995).", "N13 P12 D4 D6"),
        ("D15: WAL.", ["D15"]),
        ("P7: disappearing", ["P7"]),
        ("The same as N11.", ["N11"]),
        ("allowed by D5 since", ["D5"]),
        ("Ruff's S113 and (T201), a meal of T20, 10115 Berlin or N5 London", []),
        ("a message `(P1)` of `P2`, https://example.com/(D9)", []),
        ("(P1 came before P2)", []),
    ],
)
def test_ids_are_found(text: str, found: str | list[str]) -> None:
    wanted = found.split() if isinstance(found, str) else found
    assert sorted(citations.ids(text)) == sorted(wanted)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("docs/green-api.md 3.4: a pause", ["3.4"]),
        ("(docs/green-api.md 3.4, 12), so", ["3.4", "12"]),
        ("see green-api.md section 8.", ["8"]),
        ("([docs/green-api.md](../green-api.md) 2.1, 6), so", ["2.1", "6"]),
        ("docs/green-api.md: marks", []),
        ("docs/green-api.md 12: at most 20 a day", ["12"]),
    ],
)
def test_sections_are_found(text: str, found: list[str]) -> None:
    assert citations.sections(text) == found


def test_inside_of_its_own_page_a_section_is_named_alone() -> None:
    assert citations.sections("the rate (section 3.3), sections 8", inside=True) == ["3.3", "8"]


def test_records_are_found() -> None:
    text = "(decision 0006), docs/decisions/0005, [0003](0003-one-transaction.md), the year 2026"
    assert citations.records(text) == ["0006", "0005", "0003"]


def test_files_are_found() -> None:
    text = "See `services/lane.py`, thread.js and docs/api.md, https://a.example/b.py, x.min.js."
    assert citations.file_names(text) == ["services/lane.py", "thread.js", "docs/api.md"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("The outbox (D4, D6) and the rest (Z6).", []),
        ("(D4, D99)", ["D99"]),
        ("(P7, N12)", ["N12"]),
        ("docs/decisions/0003, decision 0009", ["decision 0009"]),
        ("docs/green-api.md 3.9", ["docs/green-api.md", "docs/green-api.md 3.9"]),
        ("see house.md", ["house.md"]),
        ("a bare api.md is not enough in code", ["api.md"]),
        ("docs/api.md is", []),
        ("as line.py and web/line.py do", []),
        ("as lines.py does", ["lines.py"]),
    ],
)
def test_what_a_comment_cites_in_vain_is_told(text: str, missing: list[str]) -> None:
    assert told("inbox/web/line.py", text) == missing


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[API](api.md), [fails](api.md#how-it-fails), [record](decisions/0003-a.md)", []),
        ("[all](decisions/), [here](https://example.com/x.md), [top](../README.md)", []),
        ("[API](api.md#nowhere)", ["api.md#nowhere"]),
        ("[gone](gone.html)", ["gone.html"]),
        ("`inbox/web/` and `inbox/web`, but `make/believe` is none of ours", []),
        ("`inbox/attic/`", ["inbox/attic/"]),
    ],
)
def test_what_a_document_cites_in_vain_is_told(text: str, missing: list[str]) -> None:
    assert told("docs/api.md", text) == missing


def test_the_place_is_told() -> None:
    passage = Passage("inbox/web/line.py", 7, "First.\nSecond (D4).\nThird (D99).")
    assert citations.problems(passage, THERE) == ["inbox/web/line.py:9 cites D99"]


def told(file: str, text: str) -> list[str]:
    found = citations.problems(Passage(file, 7, text), THERE)
    prefix = f"{file}:7 cites "
    assert all(problem.startswith(prefix) for problem in found)
    return sorted(problem.removeprefix(prefix) for problem in found)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", '"""Nothing.\n\nOne (D1,\nD2)."""\n'),
        ("a.py", "x = '(D3)'\n\n# One (D1,\n# D2).\n"),
        ("a.py", "def f() -> None:\n    '''Does (D1, D2).'''\n"),
        ("a.html", '<p>(D3)</p>\n{# One (D1,\n   D2). #}<a href="#D3">'),
        ("a.css", "a { b: c }\n/* One (D1, D2). */"),
        ("a.js", 'const x = "https://(D3)";\n// One (D1,\n// D2).\n'),
        ("a.js", "f(); // One (D1, D2).\n"),
        ("a.md", "```\n(D3)\n```\n\nOne (D1,\nD2).\n"),
        ("a.toml", 'x = "(D3)"\n# One (D1, D2).\n'),
        ("Makefile", "x: y\n\t@z # One (D1, D2).\n"),
    ],
)
def test_what_people_read_is_looked_at_and_nothing_else(file: str, text: str) -> None:
    found = [
        one for passage in citations.passages_of(file, text) for one in citations.ids(passage.text)
    ]
    assert found == ["D1", "D2"]


def test_names_of_tests_are_found() -> None:
    text = "- Shown by: `test_it`, `test_that`; `tests/rules/test_files.py` is a file."
    assert citations.test_names(text) == ["test_it", "test_that"]


def test_a_passage_knows_its_line() -> None:
    (passage,) = citations.passages_of("a.py", "x = 1\n\n# first\n# second\ny = 2\n")
    assert (passage.line, passage.text) == (3, "first\nsecond")
