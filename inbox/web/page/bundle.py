"""Makes one script of many modules and one style sheet of many parts, in Python alone.

A file directly in `static/js` or `static/css` is an entry: it names its parts in order, and each
part names what it needs, in the languages' own words. What would not work in a browser, or is not
one of the few forms known here, is refused with the file's name and line.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

TYPES = {".js": "text/javascript", ".css": "text/css"}

_IMPORT = re.compile(r'import (?:\{ ([\w$]+(?:, [\w$]+)*) \} from )?"(\.\.?/[\w./-]+\.js)";')
_EXPORT = re.compile(r"export (?:const|class|(?:async )?function\*?) ([\w$]+)\b")
_DECLARED = re.compile(r"(?:export )?(?:const|let|var|class|(?:async )?function\*?) ([\w$]+)\b")
_NOT_STATIC = re.compile(r"\bimport\s*[(.]")
_PART = re.compile(r'@import "([\w./-]+\.css)";')
_URL = re.compile(r"url\(([^)]*)\)")
_NOTE = re.compile(r"^[ \t]*/\*.*?\*/\n", re.MULTILINE | re.DOTALL)


class BundleError(Exception):
    """The scripts or styles cannot be put together."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file for the browser. Its name changes when its content does."""

    name: str
    content: bytes
    digest: str
    mime_type: str


@dataclass(slots=True)
class Module:
    """One script: what it needs from others, what it offers, and the code in between."""

    path: Path
    imports: list[tuple[Path, tuple[str, ...]]] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)


def bundles(static: Path) -> dict[str, Bundle]:
    """Every entry of this folder, made into its file. Raises `BundleError`."""
    return _made(static, _stamp(static))


def _stamp(static: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a file has changed: the names, times and sizes of them all."""
    files = [*static.glob("js/**/*.js"), *static.glob("css/**/*.css")]
    looks = ((file, os.stat(file)) for file in files)
    return tuple(sorted((str(file), look.st_mtime_ns, look.st_size) for file, look in looks))


@lru_cache(maxsize=8)
def _made(static: Path, _stamp: tuple[tuple[str, int, int], ...]) -> dict[str, Bundle]:
    scripts = ((entry, script(entry)) for entry in sorted(static.glob("js/*.js")))
    styles = ((entry, style(entry)) for entry in sorted(static.glob("css/*.css")))
    return {entry.name: _bundle(entry, text) for entry, text in (*scripts, *styles)}


def _bundle(entry: Path, text: str) -> Bundle:
    content = text.encode()
    digest = sha256(content).hexdigest()[:12]
    return Bundle(f"{entry.stem}-{digest}{entry.suffix}", content, digest, TYPES[entry.suffix])


# ---- scripts


def script(entry: Path) -> str:
    """One script of this module and all that it needs: each module is a function that runs once,
    after those it imports from, and returns what it exports. Raises `BundleError`.
    """
    modules = modules_of(entry)
    names = {module.path: f"$m{number}" for number, module in enumerate(modules)}
    parts = (_wrapped(module, names, entry.parent) for module in modules)
    return '(() => {\n"use strict";\n' + "".join(parts) + "})();\n"


def modules_of(entry: Path) -> list[Module]:
    """This module and all that it needs, each after what it imports from. Raises `BundleError`."""
    known: dict[Path, Module] = {}
    ordered: list[Module] = []
    _visit(entry.resolve(), (), known, ordered)
    for module in ordered:
        _check_imports(module, known)
    return ordered


def _visit(
    path: Path, above: tuple[Path, ...], known: dict[Path, Module], ordered: list[Module]
) -> None:
    if path in above:
        circle = (*above[above.index(path) :], path)
        raise BundleError("scripts import in a circle: " + " → ".join(map(_name, circle)))
    if path in known:
        return
    module = known[path] = module_of(path)
    for needed, _ in module.imports:
        if not needed.is_file():
            raise BundleError(f"{_name(path)} imports {_name(needed)}, which is not there")
        _visit(needed, (*above, path), known, ordered)
    ordered.append(module)


def _check_imports(module: Module, known: dict[Path, Module]) -> None:
    for needed, names in module.imports:
        for name in names:
            if name not in known[needed].exports:
                raise BundleError(
                    f"{_name(module.path)} imports {name} from {_name(needed)}, "
                    "which does not export it"
                )


def module_of(path: Path) -> Module:
    """Read one module. Raises `BundleError` for a form of import or export that is not known."""
    module = Module(path)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        _read(module, line, f"{_name(path)}:{number}")
    _check_names(module)
    return module


def _read(module: Module, line: str, place: str) -> None:
    if line.lstrip().startswith("//"):
        return
    if line.count("`") % 2:
        raise BundleError(f"{place}: a template must end on the line where it begins")
    if _NOT_STATIC.search(line):
        raise BundleError(f'{place}: only import {{ name }} from "./file.js"; is known')
    if line.startswith("import"):
        _take_import(module, line, place)
    elif line.startswith("export"):
        _take_export(module, line, place)
    elif line.strip():
        module.code.append(line)


def _take_import(module: Module, line: str, place: str) -> None:
    found = _IMPORT.fullmatch(line)
    if found is None:
        raise BundleError(f'{place}: only import {{ name }} from "./file.js"; is known')
    names = tuple(found[1].split(", ")) if found[1] else ()
    module.imports.append(((module.path.parent / found[2]).resolve(), names))


def _take_export(module: Module, line: str, place: str) -> None:
    found = _EXPORT.match(line)
    if found is None:
        raise BundleError(f"{place}: only export const, function and class are known")
    module.exports.append(found[1])
    module.code.append(line.removeprefix("export "))


def _check_names(module: Module) -> None:
    """A browser refuses a name that stands for two things, and with it the whole script."""
    names = [name for _, names in module.imports for name in names]
    names += [found[1] for line in module.code if (found := _DECLARED.match(line))]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise BundleError(f"{_name(module.path)} gives two things the name {min(twice)}")


def _wrapped(module: Module, names: dict[Path, str], root: Path) -> str:
    lines = [f"// {module.path.relative_to(root.resolve())}"]
    lines.append(f"const {names[module.path]} = (() => {{")
    for needed, wanted in module.imports:
        if wanted:
            lines.append(f"const {{ {', '.join(wanted)} }} = {names[needed]};")
    lines += module.code
    if module.exports:
        lines.append(f"return {{ {', '.join(module.exports)} }};")
    return "\n".join([*lines, "})();\n"])


# ---- styles


def style(entry: Path) -> str:
    """One style sheet of the parts that this one names, in its order. Raises `BundleError`."""
    static = entry.resolve().parents[1]
    return "".join(_part(path, static) for path in parts_of(entry))


def parts_of(entry: Path) -> list[Path]:
    """The parts that a style sheet names. Raises `BundleError`."""
    parts: list[Path] = []
    for line in _NOTE.sub("", entry.read_text(encoding="utf-8")).splitlines():
        found = _PART.fullmatch(line)
        if found is None:
            raise BundleError(f'{_name(entry)} may only name its parts: @import "part.css";')
        parts.append((entry.parent / found[1]).resolve())
    _check_parts(entry, parts)
    return parts


def _check_parts(entry: Path, parts: Iterable[Path]) -> None:
    seen: set[Path] = set()
    for part in parts:
        if part in seen:
            raise BundleError(f"{_name(entry)} names {_name(part)} twice")
        if not part.is_file():
            raise BundleError(f"{_name(entry)} names {_name(part)}, which is not there")
        seen.add(part)


def _part(path: Path, static: Path) -> str:
    text = _NOTE.sub("", path.read_text(encoding="utf-8"))
    if "@import" in text:
        raise BundleError(f"{_name(path)}: only an entry names parts")
    text = _URL.sub(lambda found: _address(path, found[1], static), text)
    return "".join(_filled(text))


def _address(part: Path, written: str, static: Path) -> str:
    """What a part names beside itself, as the whole names it from its own folder in `static`."""
    file = (part.parent / written.strip("\"'")).resolve()
    if not file.is_file() or not file.is_relative_to(static):
        raise BundleError(f"{_name(part)} names {written}, which is not in static")
    return f'url("../{file.relative_to(static).as_posix()}")'


def _filled(text: str) -> Iterator[str]:
    return (f"{line}\n" for line in text.splitlines() if line.strip())


def _name(path: Path) -> str:
    """As a person would call it: its path from `static` on."""
    parts = path.parts
    return "/".join(parts[parts.index("static") :] if "static" in parts else parts[-2:])
