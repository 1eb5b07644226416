"""Files that people send in tests, and what is left of them in a store."""

import io

from PIL import Image

from inbox.files.media_store import FolderStore

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    """A picture in this format."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


def files_in(store: FolderStore) -> int:
    """How many files lie anywhere in the store."""
    return sum(path.is_file() for path in store.root.rglob("*"))
