"""Style sheets, scripts and pictures: read once, named by what is in them, so that browsers keep them for good."""

import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
FIRST_STYLES = ("tokens.css", "reset.css", "base.css")


@dataclass(frozen=True)
class Asset:
    """One file as it is served: its address carries the hash of its bytes."""

    url: str
    body: bytes
    media_type: str


class Assets:
    """All that is served under /static, from memory: a name that is not here does not exist."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._by_name = {
            "daybook.css": _asset("daybook.css", _joined(_styles(folder))),
            "daybook.js": _asset("daybook.js", _joined(sorted((folder / "js").glob("*.js")))),
            "htmx.js": _asset("htmx-4.0.1.js", (folder / "vendor" / "htmx-4.0.1.min.js").read_bytes()),
            "favicon.svg": _asset("favicon.svg", (folder / "favicon.svg").read_bytes()),
        }
        self._by_url = {asset.url: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """The address for a template. Raises KeyError for a file that is not ours."""
        return self._by_name[name].url

    def find(self, url: str) -> Asset | None:
        return self._by_url.get(url)


def _styles(folder: Path) -> list[Path]:
    """The cascade's layers are declared in the first; the order of the rest does not matter."""
    first = [folder / "css" / name for name in FIRST_STYLES]
    return first + sorted(set((folder / "css").glob("*.css")) - set(first))


def _joined(paths: list[Path]) -> bytes:
    return b"\n".join(path.read_bytes() for path in paths)


def _asset(name: str, body: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    media_type = mimetypes.types_map.get(dot + suffix, "application/octet-stream")
    return Asset(f"/static/{stem}.{sha256(body).hexdigest()[:12]}.{suffix}", body, media_type)
