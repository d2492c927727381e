"""URLs in a text become links, and the visible text does not change."""

import random

import pytest
from selectolax.lexbor import LexborHTMLParser

from web.http.links import LINKS
from web.http.template_filters import linked


def read(text: str) -> tuple[str, list[str]]:
    """The visible text and the targets of its links."""
    body = LexborHTMLParser(f"<p>{linked(text)}").css_first("p")
    return body.text(), [link.attributes["href"] or "" for link in body.css("a")]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.com/trains.", "https://example.com/trains"),
        ("Https://Example.com/X", "Https://Example.com/X"),
        ("HTTP://EXAMPLE.COM", "HTTP://EXAMPLE.COM"),
        ("write to mailto:ada@example.com!", "mailto:ada@example.com"),
        ("MAILTO:Ada@Example.com", "MAILTO:Ada@Example.com"),
        ("(https://en.wikipedia.org/wiki/Foo_(bar))", "https://en.wikipedia.org/wiki/Foo_(bar)"),
        ("<https://example.com/>", "https://example.com/"),
        ("https://example.com/page...", "https://example.com/page"),
        ("https://example.com/page\u2026", "https://example.com/page"),
        ("https://example.com/page?", "https://example.com/page"),
        ("\u201chttps://example.com/page\u201d, he said", "https://example.com/page"),
        ("\u00abhttps://example.com/page\u00bb", "https://example.com/page"),
        ("https://example.com/page\u3002\u6b21", "https://example.com/page"),
        ("\u300chttps://example.com/page\u300d", "https://example.com/page"),
        ("https://example.com/page\uff0c\u7136\u540e", "https://example.com/page"),
        ("https://example.com/page).\u3002", "https://example.com/page"),
        ("https://example.com\uff01", "https://example.com"),
        ("https://\u4f8b\u3048.jp/\u30d1\u30b9", "https://\u4f8b\u3048.jp/\u30d1\u30b9"),
        (
            "http://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/\u043f\u0443\u0442\u044c",
            "http://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/\u043f\u0443\u0442\u044c",
        ),
        (
            "https://\u0645\u062b\u0627\u0644.\u0625\u062e\u062a\u0628\u0627\u0631/\u0635\u0641\u062d\u0629\u061f",
            "https://\u0645\u062b\u0627\u0644.\u0625\u062e\u062a\u0628\u0627\u0631/\u0635\u0641\u062d\u0629",
        ),
        ("https://example.com/a?b=c&d=e#f", "https://example.com/a?b=c&d=e#f"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
    ],
)
def test_a_url_ends_before_closing_punctuation(text: str, address: str) -> None:
    assert read(text) == (text, [address])


@pytest.mark.parametrize(
    "text",
    [
        *("main.py", "asp.net", "ada@example.com", "www.example.com", "see readme.md", "e.g.this", "node.js"),
        *("javascript:alert(1)", "data:text/html,x", "ftp://example.com", "//example.com", "https://", "mailto:"),
        *("", '1 < 2 & "3"', "file:///etc/passwd", "JavaScript:https", "xhttps://example.com"),
    ],
)
def test_text_without_a_url_has_no_links(text: str) -> None:
    assert read(text) == (text, [])


def test_several_urls_become_several_links() -> None:
    text = "https://a.example/1, Https://b.example/2\u3001mailto:c@example.com"

    assert read(text) == (text, ["https://a.example/1", "Https://b.example/2", "mailto:c@example.com"])


def test_a_link_sends_no_referrer_and_no_opener() -> None:
    assert 'rel="noopener noreferrer nofollow ugc"' in linked("https://example.com")


def test_random_text_is_shown_unchanged_and_links_to_http_or_mailto_only() -> None:
    parts = [
        "https://",
        "HTTP://",
        "mailto:",
        "javascript:",
        "a.example",
        "x@y.example",
        "/p",
        "?q=",
        "&amp;",
        "<b>",
        '"',
        "'",
        ")",
        "(",
    ]
    parts += [
        ".",
        "...",
        "\u3002",
        "\u201d",
        "\u2026",
        " ",
        "\n",
        "\u05e9\u05dc\u05d5\u05dd",
        "\U0001f6d2",
        "\u200f",
        "\\",
        "]",
    ]
    rolls = random.Random(7)

    for _ in range(5_000):
        text = "".join(rolls.choices(parts, k=rolls.randint(1, 12)))
        shown, links = read(text)
        assert shown == text
        assert all(link.lower().startswith(("https://", "http://", "mailto:")) and link in text for link in links), text


def test_simple_addresses_are_those_that_the_library_finds() -> None:
    parts = ["https://", "HTTP://", "mailto:", "https", "\u017f://", "a.example", "a" * 70, "b", "7", "x-y", "\u00e9"]
    parts += ["_", "/", ".", "-", ",", "@", ":80", "\n", "\t", "\u00a0", "\x1c", *3 * [" ", "https://b.example/x"]]
    rolls = random.Random(7)

    for _ in range(5_000):
        text = "".join(rolls.choices(parts, k=rolls.randint(1, 10)))
        assert read(text)[1] == [match.raw for match in LINKS.match(text) or ()], text
