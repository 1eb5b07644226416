"""What the project's texts cite, and whether it is there: ids, sections, records, files, links."""

import ast
import io
import posixpath
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.rules import source

DECISIONS = "docs/decisions/README.md"
FAILURES = "docs/failure-modes.md"
GREEN_API = "docs/green-api.md"

_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = {
    ".html": re.compile(r"\{#([\s\S]*?)#\}|<!--([\s\S]*?)-->"),
    ".css": re.compile(r"/\*([\s\S]*?)\*/"),
    ".js": re.compile(r"/\*([\s\S]*?)\*/"),
}
_HASHED = {"", ".toml", ".ini", ".in", ".yml", ".mako"}

_ID = r"[DPNZSLT][0-9]{1,2}"
_CODE_OR_ADDRESS = re.compile(r"`[^`]*`|\w+://\S+")
_ADDRESS = re.compile(r"\w+://\S+|\]\([^)]*\)")
_BETWEEN_IDS = re.compile(r"[,;]|\bto\b|\band\b")
# A decision anywhere; the others only where nothing else is meant by a letter and a number.
_LOOSE_ID = re.compile(rf"\bD[0-9]{{1,2}}\b|^{_ID}(?=: )|(?<=\b[Aa]s ){_ID}\b")
_SECTION = r"[0-9]+(?:\.[0-9]+)*"
_SECTIONS = re.compile(
    rf"green-?api\.md\)?(?: sections?)? ({_SECTION}(?:(?:, | and ){_SECTION}(?![0-9,]))*)"
)
_OWN_SECTIONS = re.compile(rf"\bsections? ({_SECTION})")
_RECORD = re.compile(r"\bdecisions?[ /]([0-9]{4})\b|\[([0-9]{4})\]")
_FILE = re.compile(r"[\w./-]*\w\.(?:md|py|js|css|html)\b")
_FOLDER = re.compile(r"`([\w-]+/[\w/-]*)`")
_LINK = re.compile(r"\]\((?!\w+:)([^)\s]+)\)")


@dataclass(frozen=True)
class Passage:
    """A comment, a docstring or a paragraph of a document, and where it begins."""

    file: str
    line: int
    text: str

    @property
    def is_document(self) -> bool:
        """Whether it stands in a document, where links and folders are checked too."""
        return self.file.endswith(".md")


@dataclass(frozen=True)
class Known:
    """What may be cited. `anchors` are the headings of each document, as an address names them."""

    ids: frozenset[str]
    sections: frozenset[str]
    records: frozenset[str]
    files: frozenset[str]
    anchors: dict[str, frozenset[str]]


@cache
def known() -> Known:
    """What may be cited in this project."""
    files = frozenset(source.name(file) for file in source.files())
    records = (re.match(r"docs/decisions/([0-9]{4})-", file) for file in files)
    texts = {source.name(file): file.read_text() for file in source.files() if file.suffix == ".md"}
    return Known(
        ids=frozenset(decision_ids(texts[DECISIONS]) + failure_ids(texts[FAILURES])),
        sections=frozenset(re.findall(rf"^#+ ({_SECTION}) ", texts[GREEN_API], re.MULTILINE)),
        records=frozenset(found[1] for found in records if found),
        files=files,
        anchors={file: frozenset(anchors(text)) for file, text in texts.items()},
    )


def decision_ids(text: str) -> list[str]:
    """The decisions that the list of decisions has."""
    return re.findall(r"^\| (D[0-9]+) \|", text, re.MULTILINE)


def failure_ids(text: str) -> list[str]:
    """The ways to fail that have a heading."""
    return re.findall(r"^### ([PNZSLT][0-9]+) ", text, re.MULTILINE)


def anchors(text: str) -> list[str]:
    """The headings of a document, as GitHub writes them into an address."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


@cache
def passages() -> tuple[Passage, ...]:
    """Every passage of the project."""
    suffixes = {".py", ".md", *_BLOCKS, *_HASHED}
    return tuple(
        passage
        for file in source.files()
        if file.suffix in suffixes
        for passage in passages_of(source.name(file), file.read_text(encoding="utf-8"))
    )


def passages_of(file: str, text: str) -> Iterator[Passage]:
    """The passages of one file, by its kind."""
    suffix = posixpath.splitext(file)[1]
    found: list[tuple[int, str]] = []
    if suffix == ".py":
        found += [*_docstrings(text), *_joined(_python_comments(text))]
    elif suffix == ".md":
        found += _paragraphs(text)
    elif suffix in _HASHED:
        found += _joined(_line_comments(text, "#"))
    else:
        found += _blocks(text, _BLOCKS[suffix])
        found += _joined(_line_comments(text, "//")) if suffix == ".js" else []
    return (Passage(file, line, words) for line, words in found)


def _docstrings(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, _DOCUMENTED) and (words := ast.get_docstring(node)):
            yield node.body[0].lineno, words


def _python_comments(text: str) -> Iterator[tuple[int, bool, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            is_alone = not token.line[: token.start[1]].strip()
            yield token.start[0], is_alone, token.string.lstrip("# ")


def _line_comments(text: str, mark: str) -> Iterator[tuple[int, bool, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        found = re.search(rf"(^|\s){mark} (.*)", line)
        if found:
            yield number, not line[: found.start()].strip(), found[2]


def _joined(comments: Iterable[tuple[int, bool, str]]) -> list[tuple[int, str]]:
    """Comments that stand below each other are one passage."""
    made: list[tuple[int, str]] = []
    goes_on_at = 0
    for number, is_alone, words in comments:
        if is_alone and number == goes_on_at:
            made[-1] = (made[-1][0], f"{made[-1][1]}\n{words}")
        else:
            made.append((number, words))
        goes_on_at = number + 1 if is_alone else 0
    return made


def _blocks(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for found in pattern.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, "".join(filter(None, found.groups())).strip()


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """What stands between empty lines; examples in fences cite nothing."""
    plain = re.sub(r"^```[\s\S]*?^```", lambda fence: "\n" * fence[0].count("\n"), text, flags=re.M)
    for found in re.finditer(r"(?:^.*\S.*\n?)+", plain, re.MULTILINE):
        yield plain.count("\n", 0, found.start()) + 1, found[0]


def problems(passage: Passage, there: Known) -> list[str]:
    """What the passage cites and nobody finds, with the place."""
    text = passage.text
    missing = [one for one in ids(text) if one not in there.ids]
    cited = sections(text, inside=passage.file == GREEN_API)
    missing += [f"{GREEN_API} {one}" for one in cited if one not in there.sections]
    missing += [f"decision {one}" for one in records(text) if one not in there.records]
    missing += [one for one in file_names(text) if not _is_file(one, passage.file, there)]
    if passage.is_document:
        missing += [one for one in _FOLDER.findall(text) if not _is_there(one, there)]
        missing += [one for one in _LINK.findall(text) if not _leads(one, passage.file, there)]
    return [f"{passage.file}:{_line(one, passage)} cites {one}" for one in missing]


def _line(cited: str, passage: Passage) -> int:
    """Where in the passage it stands."""
    at = max(0, passage.text.find(cited.rpartition(" ")[2]))
    return passage.line + passage.text.count("\n", 0, at)


def ids(text: str) -> list[str]:
    """Ids of decisions and of ways to fail: in brackets, in front of a colon, after "as"."""
    words = _CODE_OR_ADDRESS.sub(" ", text)
    brackets = re.findall(r"\(([^()]*)\)", words)
    listed = [one.strip() for inside in brackets for one in _BETWEEN_IDS.split(inside)]
    found = [one for one in listed if re.fullmatch(_ID, one)] + _LOOSE_ID.findall(words)
    return list(dict.fromkeys(found))


def sections(text: str, *, inside: bool = False) -> list[str]:
    """Sections of the page about Green API; `inside` of that page they are named alone."""
    found = (_OWN_SECTIONS if inside else _SECTIONS).findall(text)
    return [one for some in found for one in re.findall(_SECTION, some)]


def records(text: str) -> list[str]:
    """Numbers of decision records."""
    return [number for found in _RECORD.findall(text) for number in found if number]


def file_names(text: str) -> list[str]:
    """Names of files, with or without their folder; not what a link leads to, which is looked at by
    itself. A packed script is somebody else's.
    """
    found = _FILE.findall(_ADDRESS.sub(" ", text))
    return [one.lstrip("./") for one in found if not one.endswith(".min.js")]


def test_names(text: str) -> list[str]:
    """Names of test functions, as documents write them."""
    return re.findall(r"`(test_\w+)`", text)


def _is_file(cited: str, by: str, there: Known) -> bool:
    """A document is named from the top, or by its neighbour; code may be named by its end."""
    if cited.endswith(".md"):
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(by), cited))
        return cited in there.files or (by.endswith(".md") and beside in there.files)
    return _ends(cited, there)


def _ends(cited: str, there: Known) -> bool:
    return any(f"/{file}".endswith(f"/{cited}") for file in there.files)


def _is_there(cited: str, there: Known) -> bool:
    """A folder or file of ours; what does not begin with a folder of ours is something else."""
    top = cited.partition("/")[0] + "/"
    ours = [file for file in there.files if file.startswith(top)]
    return not ours or any(f"{file}/".startswith(cited.rstrip("/") + "/") for file in ours)


def _leads(link: str, by: str, there: Known) -> bool:
    path, _, anchor = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(by), path)) if path else by
    is_folder = any(file.startswith(f"{target}/") for file in there.files)
    if target not in there.files and not is_folder:
        return False
    return not anchor or anchor in there.anchors.get(target, frozenset())
