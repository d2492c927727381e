"""Static files in memory: bundled, compressed once, and served under URLs that contain the hash of their content."""

import asyncio
import mimetypes
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from web.http.middleware.compression import IDENTITY, MIN_BODY, brotli_at, choose_coding, gzip_at
from web.settings import ROOT

STATIC = ROOT / "static"
# Compressed files between starts: compressing all takes each process almost a second.
KEPT = ROOT / "var" / "static"
SWAGGER_UI = "5.35.0"
LEADING_STYLES = ("tokens.css", "reset.css", "base.css")
# The highest levels, because each file is compressed once.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {"br": brotli_at(11), "gzip": gzip_at(9)}
# Bytes. Of a file beyond it the highest levels take seconds, so it is compressed by these, and only when asked for.
LARGE = 500_000
CODINGS_OF_LARGE: Mapping[str, Callable[[bytes], bytes]] = {"br": brotli_at(5), "gzip": gzip_at(6)}
# The version in the name of a library is not part of its plain name.
_HASHED_URL = re.compile(r"/static/(?P<stem>[a-z]+)(?:-[\d.]+)?\.[0-9a-f]{12}\.(?P<suffix>[a-z]+)")
# After the name of a declaration, before the brace of a rule.
_BLANKS = re.compile(r"^([\w-]+:) (?=.*;$)| (\{)$")
_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """One static file. Its URL contains the hash of its content."""

    url: str
    media_type: str
    body: bytes
    hash: str
    _encoded: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    _encoding: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False, repr=False)

    def coding_for(self, accepted: bytes | None) -> str:
        """The best coding for this Accept-Encoding."""
        return choose_coding(accepted, self.codings)

    @property
    def codings(self) -> tuple[str, ...]:
        """The codings it is served in; none if it is too small to gain from them, or compressed by itself."""
        return tuple(CODINGS) if len(self.body) >= MIN_BODY and self.media_type != "image/png" else ()

    async def encoded(self, coding: str) -> bytes:
        """The body in this coding. Compressed on first use, in a thread, which can take 50 ms (a large file: 150).

        What an earlier process compressed is read instead.
        """
        if coding == IDENTITY:
            return self.body
        if coding not in self._encoded:
            async with self._encoding:
                if coding not in self._encoded:
                    self._encoded[coding] = await asyncio.to_thread(self._kept_or_encoded, coding)
        return self._encoded[coding]

    def _kept_or_encoded(self, coding: str) -> bytes:
        """Without write access nothing is kept, and nothing fails."""
        file = KEPT / f"{sha256(self.body).hexdigest()}.{coding}"
        with suppress(OSError):
            return file.read_bytes()
        encoded = self._codings[coding](self.body)
        with suppress(OSError):
            KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = file.with_name(f"{file.name}.{uuid4().hex}")
            unfinished.write_bytes(encoded)
            # Other processes see the whole file or none.
            unfinished.replace(file)
        return encoded

    @property
    def is_large(self) -> bool:
        return len(self.body) > LARGE

    @property
    def _codings(self) -> Mapping[str, Callable[[bytes], bytes]]:
        return CODINGS_OF_LARGE if self.is_large else CODINGS

    def etag(self, coding: str) -> str:
        """The ETag; each coding has its own, because the bytes differ."""
        return f'"{self.hash}"' if coding == IDENTITY else f'"{self.hash}-{coding}"'


class Assets:
    """All files under /static, held in memory: no request reaches the file system."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._by_name = {
            "daybook.css": _asset("daybook.css", _style_sheet(_styles(folder))),
            "daybook.js": _asset("daybook.js", _in_a_block(_joined(sorted((folder / "js").glob("*.js"))))),
            **_later_scripts(folder / "js" / "later"),
            **_later_styles(folder / "css" / "later"),
            "htmx.js": _asset("htmx-4.0.1.js", (folder / "vendor" / "htmx-4.0.1.min.js").read_bytes()),
            "sortable.js": _asset("sortable-1.15.7.js", (folder / "vendor" / "sortable-1.15.7.min.js").read_bytes()),
            **{name: _swagger_ui(folder, name) for name in ("swagger-ui.js", "swagger-ui.css")},
            "api-docs.js": _asset("api-docs.js", _joined([folder / "api-docs.js"])),
            "push.js": _asset("push.js", _joined([folder / "push.js"])),
            "service-worker.js": _asset("service-worker.js", _joined([folder / "service-worker.js"])),
            "favicon.svg": _asset("favicon.svg", (folder / "favicon.svg").read_bytes()),
            **{path.name: _asset(path.name, path.read_bytes()) for path in (folder / "icons").iterdir()},
        }
        manifest = _with_urls((folder / "daybook.webmanifest").read_text(), self._by_name)
        self._by_name["daybook.webmanifest"] = _asset("daybook.webmanifest", manifest.encode())
        self._by_url = {asset.url: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """The URL of a file by its plain name, for templates. Raises KeyError if there is none."""
        return self._by_name[name].url

    def find(self, url: str) -> Asset | None:
        """The file at this URL."""
        return self._by_url.get(url)

    def of_another_release(self, url: str) -> Asset | None:
        """This release's file for a URL with another hash."""
        named = _HASHED_URL.fullmatch(url)
        return self._by_name.get(f"{named['stem']}.{named['suffix']}") if named else None

    def named(self, name: str) -> Asset:
        """The file of this plain name. Raises KeyError if there is none."""
        return self._by_name[name]

    async def encode_all(self, delay: float) -> None:
        """Compress all files in every coding, after `delay` seconds, but for large ones, which few ever ask for.

        An earlier request compresses its file only.
        """
        await asyncio.sleep(delay)
        for asset in (asset for asset in self._by_url.values() if not asset.is_large):
            for coding in asset.codings:
                await asset.encoded(coding)


def _styles(folder: Path) -> list[Path]:
    """The style sheets. The first declares the cascade layers, so the order of the others does not matter."""
    first = [folder / "css" / name for name in LEADING_STYLES]
    return first + sorted(set((folder / "css").glob("*.css")) - set(first))


def _later_scripts(folder: Path) -> dict[str, Asset]:
    """The scripts that pages load when they need them: one file for each folder, under its name."""
    names = {f"{part.name}.js": part for part in sorted(folder.iterdir())}
    return {name: _asset(name, _in_a_block(_joined(sorted(part.glob("*.js"))))) for name, part in names.items()}


def _later_styles(folder: Path) -> dict[str, Asset]:
    """The style sheets that no first visit needs: one file for each folder, under its name."""
    names = {f"{part.name}.css": part for part in sorted(folder.iterdir())}
    return {name: _asset(name, _style_sheet(sorted(part.glob("*.css")))) for name, part in names.items()}


def _swagger_ui(folder: Path, name: str) -> Asset:
    stem, _, suffix = name.rpartition(".")
    versioned = f"{stem}-{SWAGGER_UI}.{suffix}"
    return _asset(versioned, (folder / "vendor" / versioned).read_bytes())


def _in_a_block(script: bytes) -> bytes:
    """Keeps the names that the scripts share out of the global scope."""
    return b"{\n" + script + b"\n}"


def _joined(paths: list[Path]) -> bytes:
    return compact_script(_read(paths)).encode()


def _style_sheet(paths: list[Path]) -> bytes:
    return compact_style(_read(paths)).encode()


def _read(paths: list[Path]) -> str:
    return "\n".join(path.read_text() for path in paths)


def compact(source: str) -> str:
    """Our style sheets or scripts without comments that have lines of their own, and without indentation."""
    lines = (line.strip() for line in _COMMENT.sub("", source).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def compact_script(source: str) -> str:
    """As `compact`, without line breaks where none can end a statement; one after a comment stays."""
    lines = compact(source).splitlines()
    return "".join(line if line[-1] in "{;,([" and "//" not in line else f"{line}\n" for line in lines).rstrip("\n")


def compact_style(source: str) -> str:
    """As `compact`, without the blanks after the names of declarations and at the ends of lines."""
    lines = (_BLANKS.sub(r"\1\2", line) for line in compact(source).splitlines())
    return "".join(line if line[-1] in "{};," else f"{line}\n" for line in lines)


def _with_urls(manifest: str, assets: Mapping[str, Asset]) -> str:
    """The web app manifest with the URL of each file that it names."""
    return re.sub(r'(?<="src": ")[^"]+', lambda found: assets[found[0]].url, manifest)


def _asset(name: str, body: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    media_type = mimetypes.types_map.get(dot + suffix, "application/octet-stream")
    digest = sha256(body).hexdigest()[:12]
    return Asset(f"/static/{stem}.{digest}.{suffix}", media_type, body, digest)
