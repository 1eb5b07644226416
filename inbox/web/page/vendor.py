"""The scripts that come from a CDN, and the copy of them that we serve when it cannot be reached.

One table says everything about them: the page's `<script>` tags, the step that fills
`LOBBY_DATA/vendor/`, and the route below all read it, so version and hash cannot drift apart.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha384

from flask import current_app, send_from_directory
from werkzeug.wrappers import Response

from inbox.config import Settings
from inbox.errors import NotFound
from inbox.web.blueprint import blueprint

A_YEAR = 365 * 24 * 3600
CDN = "https://cdn.jsdelivr.net/npm"


@dataclass(frozen=True, slots=True)
class VendorFile:
    """One file of one npm package, at an exact version, with the hash the browser checks."""

    name: str
    package: str
    version: str
    path: str
    integrity: str

    @property
    def cdn_url(self) -> str:
        """Where the CDN serves exactly the bytes that the npm package holds."""
        return f"{CDN}/{self.package}@{self.version}/{self.path}"

    @property
    def local_url(self) -> str:
        """Where we serve our own hash-checked copy."""
        return f"/vendor/{self.name}"


# In the order in which they must run. Hashes are of the published npm packages.
VENDOR_FILES: tuple[VendorFile, ...] = (
    VendorFile(
        name="htmx-4.0.1.min.js",
        package="htmx.org",
        version="4.0.1",
        path="dist/htmx.min.js",
        integrity="sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn",
    ),
    VendorFile(
        name="htmx-4.0.1-upsert.min.js",
        package="htmx.org",
        version="4.0.1",
        path="dist/ext/hx-upsert.min.js",
        integrity="sha384-RokoL54Uf58UQMawJe+4j+PvdsTh8FIhlRexOKFKzNSMfDVoMj1ibUt8t9cGkKYd",
    ),
    VendorFile(
        name="socket.io-4.8.4.min.js",
        package="socket.io-client",
        version="4.8.4",
        path="dist/socket.io.min.js",
        integrity="sha384-fBrXvbDtHoeKWJ/hcA6M+YGueiDW+h45I7V6F2kD1S8bOkrF9rZYPLVkCR6BLR/1",
    ),
)


def integrity_of(content: bytes) -> str:
    """The value an `integrity` attribute needs for these bytes (sha384)."""
    return "sha384-" + b64encode(sha384(content).digest()).decode("ascii")


@blueprint.get("/vendor/<name>")
def vendor_file(name: str) -> Response:
    """Our copy of a file of the table. The name holds the version, so browsers may keep it."""
    if name not in {known.name for known in VENDOR_FILES}:
        raise NotFound()
    settings: Settings = current_app.config["LOBBY"]
    response = send_from_directory(
        settings.data_dir / "vendor", name, mimetype="text/javascript", max_age=A_YEAR
    )
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
