"""One script of modules, one sheet of parts; what a browser would refuse stops the start."""

import subprocess
import sys
from pathlib import Path

import pytest

from inbox.config import ROOT
from inbox.web.page import bundle
from inbox.web.page.bundle import BundleError


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """An empty `static`."""
    for folder in ("js/low", "js/high", "css/low", "img"):
        (tmp_path / "static" / folder).mkdir(parents=True)
    return tmp_path / "static"


def write(static: Path, **files: str) -> None:
    """Write files, an underscore for a slash: `js_low_a` is the script "a" in js/low."""
    for name, text in files.items():
        kind, *rest = name.split("_")
        path = static / kind / "/".join(rest)
        path.with_suffix(f".{kind}").write_text(text)


def test_modules_come_after_what_they_need_and_run_once(static: Path) -> None:
    write(
        static,
        js_desk='import "./high/b.js";\nimport "./high/c.js";\n',
        js_high_b='// Says a.\nimport { a } from "../low/a.js";\n\nexport const b = a + 1;\n',
        js_high_c='import { a, grow } from "../low/a.js";\nimport { b } from "./b.js";\n'
        "grow(a + b);\n",
        js_low_a="export const a = 1;\nexport async function grow(by) {\n  return by;\n}\n",
    )
    assert bundle.script(static / "js/desk.js") == (
        '(() => {\n"use strict";\n'
        "// low/a.js\nconst $m0 = (() => {\nconst a = 1;\n"
        "async function grow(by) {\n  return by;\n}\n"
        "return { a, grow };\n})();\n"
        "// high/b.js\nconst $m1 = (() => {\nconst { a } = $m0;\nconst b = a + 1;\n"
        "return { b };\n})();\n"
        "// high/c.js\nconst $m2 = (() => {\nconst { a, grow } = $m0;\nconst { b } = $m1;\n"
        "grow(a + b);\n})();\n"
        "// desk.js\nconst $m3 = (() => {\n})();\n"
        "})();\n"
    )


BROKEN = {
    "a missing export": (
        {"js_desk": 'import { b } from "./low/a.js";\n', "js_low_a": "export const a = 1;\n"},
        "static/js/desk.js imports b from static/js/low/a.js, which does not export it",
    ),
    "a missing file": (
        {"js_desk": 'import "./low/a.js";\n'},
        "static/js/desk.js imports static/js/low/a.js, which is not there",
    ),
    "a circle": (
        {
            "js_desk": 'import "./low/a.js";\n',
            "js_low_a": 'import { b } from "../high/b.js";\nexport const a = () => b;\n',
            "js_high_b": 'import { a } from "../low/a.js";\nexport const b = () => a;\n',
        },
        "scripts import in a circle: static/js/low/a.js → static/js/high/b.js → static/js/low/a.js",
    ),
    "a name that stands for two things": (
        {
            "js_desk": 'import { a } from "./low/a.js";\nfunction a() {}\n',
            "js_low_a": "export const a = 1;\n",
        },
        "static/js/desk.js gives two things the name a",
    ),
    "a default": ({"js_desk": "\nexport default 1;\n"}, "static/js/desk.js:2: only export const"),
    "a value that changes": (
        {"js_desk": "export let a = 1;\n"},
        "static/js/desk.js:1: only export",
    ),
    "a list of exports": ({"js_desk": "export { a };\n"}, "static/js/desk.js:1: only export const"),
    "a whole module": (
        {"js_desk": 'import * as a from "./low/a.js";\n'},
        'static/js/desk.js:1: only import { name } from "./file.js"; is known',
    ),
    "another name": ({"js_desk": 'import { a as b } from "./low/a.js";\n'}, "static/js/desk.js:1"),
    "an import over lines": ({"js_desk": "import {\n  a,\n} from './a.js';\n"}, "desk.js:1"),
    "a package": ({"js_desk": 'import "htmx";\n'}, "static/js/desk.js:1: only import"),
    "an import in passing": ({"js_desk": 'go();\n  import("./a.js");\n'}, "static/js/desk.js:2"),
    "the module itself": ({"js_desk": "tell(import.meta.url);\n"}, "static/js/desk.js:1"),
    "a long template": ({"js_desk": "tell(`one\n// two`);\n"}, "desk.js:1: a template must end"),
    "a missing part": (
        {"css_desk": '@import "low/a.css";\n'},
        "static/css/desk.css names static/css/low/a.css, which is not there",
    ),
    "a part twice": (
        {"css_desk": '@import "low/a.css";\n@import "low/a.css";\n', "css_low_a": "a {}\n"},
        "static/css/desk.css names static/css/low/a.css twice",
    ),
    "a rule beside the parts": (
        {"css_desk": "a {}\n"},
        'static/css/desk.css may only name its parts: @import "part.css";',
    ),
    "a part of a part": (
        {"css_desk": '@import "low/a.css";\n', "css_low_a": '@import "b.css";\n'},
        "static/css/low/a.css: only an entry names parts",
    ),
    "a missing picture": (
        {"css_desk": '@import "low/a.css";\n', "css_low_a": 'a { mask: url("../b.svg"); }\n'},
        'static/css/low/a.css names "../b.svg", which is not in static',
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_would_not_work_is_refused_in_words(static: Path, name: str) -> None:
    files, words = BROKEN[name]
    write(static, **files)
    with pytest.raises(BundleError) as refused:
        bundle.bundles(static)
    assert words in str(refused.value)


def test_parts_stand_in_the_order_of_the_sheet_and_find_their_pictures(static: Path) -> None:
    write(
        static,
        css_desk='/* The order. */\n@import "low/b.css";\n@import "low/a.css";\n',
        css_low_a='/* A map\n   behind. */\na {\n  background: url("../../img/map.svg");\n}\n',
        css_low_b="/* b */\nb { color: red }\n\n/* i */\ni {}\n",
    )
    (static / "img/map.svg").write_text("<svg/>")
    assert bundle.style(static / "css/desk.css") == (
        'b { color: red }\ni {}\na {\n  background: url("../img/map.svg");\n}\n'
    )


def test_a_file_that_changes_gets_another_name(static: Path) -> None:
    write(static, js_desk="one();\n")
    first = bundle.bundles(static)["desk.js"]
    assert bundle.bundles(static)["desk.js"] is first
    write(static, js_desk="one(2);\n")
    assert bundle.bundles(static)["desk.js"].name != first.name


def test_a_broken_module_stops_the_start_in_words(static: Path) -> None:
    write(
        static,
        js_desk='import { noSuchThing } from "./low/a.js";\n',
        js_low_a="export const a = 1;\n",
    )
    begin = "import inbox, pathlib, sys; inbox.ROOT = pathlib.Path(sys.argv[1]); import wsgi"
    ended = subprocess.run(
        [sys.executable, "-c", begin, str(static.parent)],
        cwd=ROOT,
        env={"LOBBY_DATA": str(static.parent / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1] == (
        "Lobby cannot start: static/js/desk.js imports noSuchThing from static/js/low/a.js, "
        "which does not export it"
    )
