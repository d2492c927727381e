"""Style sheets and scripts are cached permanently and sent in the smallest coding that the client accepts."""

import asyncio
import struct
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.client import HtmlClient
from web.http.static_files import CODINGS, STATIC, Assets, compact, compact_script, compact_style

# Middleware and assets do not depend on the database.
pytestmark = pytest.mark.databases("sqlite")

BROWSERS = "gzip, deflate, br, zstd"
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
def urls(signed_out: HtmlClient) -> list[str]:
    """The URLs of all resources that a page links."""
    tree = LexborHTMLParser(signed_out.get("/sign-in").html)
    return [node.attributes.get("src") or node.attributes.get("href") or "" for node in tree.css("link[rel], script")]


@pytest.fixture
def style(urls: list[str]) -> str:
    return next(url for url in urls if url.endswith(".css"))


def test_each_file_may_be_cached_permanently(signed_out: HtmlClient, urls: list[str]) -> None:
    for accepted in (BROWSERS, "gzip", "identity"):
        for url in urls:
            answer = signed_out.get(url, accept_encoding=accepted)

            assert (answer.status, answer.headers["cache-control"]) == (200, IMMUTABLE), url
            assert answer.headers["vary"] == "Accept-Encoding"
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (BROWSERS, "br"),
        ("gzip", "gzip"),
        ("gzip;q=0, *", "br"),
        ("br;q=0, *;q=0.5", "gzip"),
        ("identity", None),
        ("*;q=0", None),
        ("", None),
    ],
)
def test_each_file_is_sent_in_a_coding_that_the_client_accepts(
    signed_out: HtmlClient, style: str, accepted: str, coding: str | None
) -> None:
    plain = signed_out.get(style, accept_encoding="identity").response.content

    answer = signed_out.get(style, accept_encoding=accepted)

    assert answer.headers.get("content-encoding") == coding
    assert answer.response.content == plain
    assert (int(answer.headers["content-length"]) < len(plain) / 3) is bool(coding)


def test_an_image_smaller_than_a_packet_is_not_compressed(signed_out: HtmlClient, urls: list[str]) -> None:
    picture = next(url for url in urls if url.endswith(".svg"))

    assert "content-encoding" not in signed_out.get(picture, accept_encoding=BROWSERS).headers


def test_a_matching_etag_is_answered_with_304(signed_out: HtmlClient, style: str) -> None:
    for accepted in ("br", "gzip", "identity"):
        first = signed_out.get(style, accept_encoding=accepted)

        for named in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
            again = signed_out.get(style, accept_encoding=accepted, if_none_match=named)

            assert (again.status, again.response.content) == (304, b"")
            assert {name: again.headers[name] for name in ("etag", "cache-control", "vary")} == {
                name: first.headers[name] for name in ("etag", "cache-control", "vary")
            }


def test_each_coding_has_its_own_etag(signed_out: HtmlClient, style: str) -> None:
    tags = {
        accepted: signed_out.get(style, accept_encoding=accepted).headers["etag"] for accepted in ("br", "gzip", "none")
    }

    assert len(set(tags.values())) == 3
    assert signed_out.get(style, accept_encoding="gzip", if_none_match=tags["br"]).status == 200


@pytest.fixture
def compressed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[bytes]:
    """What is compressed with Brotli, to `small`. What is kept is kept in a folder of the test."""
    bodies: list[bytes] = []

    def compress(body: bytes) -> bytes:
        bodies.append(body)
        return b"small"

    monkeypatch.setitem(CODINGS, "br", compress)
    monkeypatch.setattr("web.http.static_files.KEPT", tmp_path / "var" / "static")
    return bodies


def ask(times: int = 1) -> list[bytes]:
    """The style sheet as a new process sends it, to so many requests at once."""

    async def answers() -> list[bytes]:
        asset = Assets().named("daybook.css")
        return await asyncio.gather(*(asset.encoded("br") for _ in range(times)))

    return asyncio.run(answers())


def test_a_file_is_compressed_once_for_concurrent_requests(compressed: list[bytes]) -> None:
    assert (ask(20), len(compressed)) == ([b"small"] * 20, 1)


def test_the_next_process_reads_what_the_last_one_compressed(compressed: list[bytes], tmp_path: Path) -> None:
    assert [ask(), ask()] == [[b"small"], [b"small"]]
    assert len(compressed) == 1
    assert [file.suffix for file in (tmp_path / "var" / "static").iterdir()] == [".br"]


def test_without_write_access_each_process_compresses(compressed: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "var").write_text("No folder can be made here.")

    assert [ask(), ask()] == [[b"small"], [b"small"]]
    assert len(compressed) == 2


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("daybook.0123456789ab.css", "daybook.css"),
        ("daybook.0123456789ab.js", "daybook.js"),
        ("favicon.0123456789ab.svg", "favicon.svg"),
        ("htmx-4.0.1.0123456789ab.js", "htmx.js"),
        ("htmx-4.1.0.0123456789ab.js", "htmx.js"),
        ("sortable-1.15.7.0123456789ab.js", "sortable.js"),
    ],
)
def test_a_page_of_another_release_gets_this_one_s_file_uncached(
    signed_out: HtmlClient, asked: str, given: str
) -> None:
    for accepted in (BROWSERS, "identity"):
        answer = signed_out.get(f"/static/{asked}", accept_encoding=accepted)
        current = signed_out.get(Assets().url(given), accept_encoding=accepted)

        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
        assert answer.response.content == current.response.content
        assert answer.headers["content-type"] == current.headers["content-type"]


@pytest.mark.parametrize(
    "asked",
    [
        "daybook.css",
        "daybook.0123456789.css",
        "daybook.0123456789ABC.css",
        "daybook.0123456789ab.svg",
        "other.0123456789ab.css",
        "..daybook.0123456789ab.css",
        "daybook.0123456789ab.css.map",
    ],
)
def test_any_other_name_is_not_found(signed_out: HtmlClient, asked: str) -> None:
    assert signed_out.get(f"/static/{asked}").status == 404


@pytest.mark.parametrize(
    ("path", "media_type", "start"),
    [("/favicon.ico", "image/vnd.microsoft.icon", b"\0\0\1\0"), ("/apple-touch-icon.png", "image/png", b"\x89PNG")],
)
def test_icons_are_found_under_the_names_that_browsers_try(
    signed_out: HtmlClient, path: str, media_type: str, start: bytes
) -> None:
    answer = signed_out.get(path)

    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.response.content.startswith(start)
    assert signed_out.get(path, if_none_match=answer.headers["etag"]).status == 304


def test_the_manifest_names_icons_that_exist(signed_out: HtmlClient) -> None:
    link = signed_out.get("/sign-in").tree.css_first("link[rel=manifest]").attributes["href"] or ""

    answer = signed_out.get(link)
    manifest = answer.response.json()

    assert answer.headers["content-type"] == "application/manifest+json"
    shortcuts = {one["name"]: one["url"] for one in manifest["shortcuts"]}
    assert shortcuts.keys() == {"Add task", "Today"}
    for address in (manifest["start_url"], *shortcuts.values()):
        assert signed_out.get(address).to.startswith("/sign-in")
    assert manifest["share_target"]["method"] == "GET"
    assert signed_out.get(manifest["share_target"]["action"]).to.startswith("/sign-in")
    for icon in manifest["icons"]:
        image = signed_out.get(icon["src"])
        width, height = struct.unpack(">II", image.response.content[16:24])
        assert (image.headers["content-type"], f"{width}x{height}") == (icon["type"], icon["sizes"])
        assert image.headers["cache-control"] == IMMUTABLE


def test_robots_txt_allows_the_public_pages(signed_out: HtmlClient) -> None:
    answer = signed_out.get("/robots.txt")

    assert answer.headers["content-type"].startswith("text/plain")
    assert "User-agent: *" in answer.response.text
    assert "Disallow: /\n" not in answer.response.text


def test_comments_and_indentation_are_not_sent() -> None:
    source = "/* one */\n.a { /* two */\n  color: red;\n  /* three\n     lines */\n}\n\n  // four\nf(); // five\n"

    assert compact(source) == ".a { /* two */\ncolor: red;\n}\nf(); // five"


def test_a_script_is_sent_without_line_breaks_that_mean_nothing() -> None:
    source = "const f = ({\n  one,\n  two, // and,\n}) => {\n  g(\n    one,\n  );\n  return two\n}\nf()\n"

    assert compact_script(source) == "const f = ({one,two, // and,\n}) => {g(one,);return two\n}\nf()"


def test_a_style_sheet_is_sent_without_blanks_that_mean_nothing() -> None:
    source = '.a, .b:hover {\n  --own: 1px;\n  margin:\n    calc(1px)\n    0;\n  & i {\n    content: "a: b";\n  }\n}'

    expected = '.a, .b:hover{--own:1px;margin:\ncalc(1px)\n0;& i{content:"a: b";}}'
    assert compact_style(source) == expected


def test_no_script_has_a_template_string_over_several_lines() -> None:
    lines = [line for path in (STATIC / "js").rglob("*.js") for line in path.read_text().splitlines()]

    assert len(lines) > 100
    assert [line for line in lines if line.count("`") % 2] == []
