"""The name of a file that is sent: one that every phone and every folder can have."""

import pytest

from inbox.files import file_names

NAMES = {
    "C:\\fakepath\\plan.pdf": "plan.pdf",
    "../../etc/passwd": "passwd.pdf",
    "bill\u202efdp.exe": "billfdp.exe",
    "a\r\nSet-Cookie: x.pdf": "aSet-Cookie: x.pdf",
    "": "document.pdf",
    "...": "document.pdf",
    "/": "document.pdf",
    ".htaccess": "htaccess.pdf",
    "Ñandú — мёд.pdf": "Ñandú — мёд.pdf",
    "trailing.pdf. ": "trailing.pdf",
    "x" * 400 + ".pdf": "x" * 251 + ".pdf",
    "x." + "y" * 400: "x." + "y" * 19,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_safe(name: str) -> None:
    fitting = file_names.fitting(name, "application/pdf")
    assert fitting == NAMES[name]
    assert len(fitting) <= 255
    assert not {"/", "\\", "\r", "\n", "\0", "\u202e"} & set(fitting)
