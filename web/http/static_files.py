"""Style sheets, scripts and pictures: read and compressed once, named by what is in them, kept by browsers for good."""

import asyncio
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from web.http.middleware.compression import IDENTITY, SMALLEST, brotli_at, chosen, gzip_at
from web.settings import ROOT

STATIC = ROOT / "static"
FIRST_STYLES = ("tokens.css", "reset.css", "base.css")
# The most that each can do: it happens once.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {"br": brotli_at(11), "gzip": gzip_at(9)}
_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """One file as it is served: its address carries the hash of its bytes."""

    url: str
    media_type: str
    body: bytes
    hash: str
    _encoded: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    _encoding: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False, repr=False)

    def coding_for(self, accepted: bytes | None) -> str:
        return chosen(accepted, self.codings)

    @property
    def codings(self) -> tuple[str, ...]:
        """Those it is worth having in."""
        return tuple(CODINGS) if len(self.body) >= SMALLEST else ()

    async def encoded(self, coding: str) -> bytes:
        """Compressed in a thread, once, however many ask; that can take 50 ms."""
        if coding == IDENTITY:
            return self.body
        if coding not in self._encoded:
            async with self._encoding:
                if coding not in self._encoded:
                    self._encoded[coding] = await asyncio.to_thread(CODINGS[coding], self.body)
        return self._encoded[coding]

    def etag(self, coding: str) -> str:
        """Each coding has one of its own: they are different bytes."""
        return f'"{self.hash}"' if coding == IDENTITY else f'"{self.hash}-{coding}"'


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

    async def encode(self, after: float) -> None:
        """All of them, in every coding, `after` so many seconds; whoever asks sooner waits for that one alone."""
        await asyncio.sleep(after)
        for asset in self._by_url.values():
            for coding in asset.codings:
                await asset.encoded(coding)


def _styles(folder: Path) -> list[Path]:
    """The cascade's layers are declared in the first; the order of the rest does not matter."""
    first = [folder / "css" / name for name in FIRST_STYLES]
    return first + sorted(set((folder / "css").glob("*.css")) - set(first))


def _joined(paths: list[Path]) -> bytes:
    return compact("\n".join(path.read_text() for path in paths)).encode()


def compact(source: str) -> str:
    """Our style sheets or scripts without comments that have lines of their own, and without indentation."""
    lines = (line.strip() for line in _COMMENT.sub("", source).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _asset(name: str, body: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    media_type = mimetypes.types_map.get(dot + suffix, "application/octet-stream")
    digest = sha256(body).hexdigest()[:12]
    return Asset(f"/static/{stem}.{digest}.{suffix}", media_type, body, digest)
