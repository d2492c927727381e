"""Notes in Markdown."""

import pytest

from web.http import notes
from web.http.notes import note, without_marks


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Two litres", '<p dir="auto">Two litres</p>'),
        ("one\ntwo", '<p dir="auto">one<br>\ntwo</p>'),
        ("*soft* **loud**", '<p dir="auto"><em>soft</em> <strong>loud</strong></p>'),
        ("~~gone~~ `code`", '<p dir="auto"><s>gone</s> <code>code</code></p>'),
        ("- a\n- b", '<ul>\n<li dir="auto">a</li>\n<li dir="auto">b</li>\n</ul>'),
        ("3. a", '<ol start="3">\n<li dir="auto">a</li>\n</ol>'),
        ("> said", '<blockquote dir="auto">\n<p dir="auto">said</p>\n</blockquote>'),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("# Title", '<p dir="auto"># Title</p>'),
        ("    indented\n      twice", "<pre><code>indented\n  twice\n</code></pre>"),
        ("\\*no\\*", '<p dir="auto">*no*</p>'),
    ],
)
def test_what_is_understood(text: str, html: str) -> None:
    assert note(text).strip() == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![x](https://example.com/a.png)",
        "<https://example.com>",
        "[x](<javascript:alert(1)>)",
        "&lt;script&gt;",
        "[x](//evil.example)",
    ],
)
def test_no_markup_of_the_users_own_comes_through(text: str) -> None:
    html = note(text)

    assert "<script" not in html and "<img" not in html
    assert 'href="javascript' not in html and 'href="data' not in html and 'href="vbscript' not in html


def test_addresses_are_links_that_tell_nothing() -> None:
    html = note("See https://example.com/a_b_c, [the fares](https://example.com/fares) and main.py")

    assert html.count("<a ") == html.count('rel="noopener noreferrer nofollow ugc"') == 2
    assert 'href="https://example.com/a_b_c"' in html
    assert "main.py</p>" in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two litres", "Two litres"),
        ("- the *one* by the wall\n- `two`", "the one by the wall\ntwo"),
        ("[fares](https://example.com) & more", "fares & more"),
        ("a < b > c", "a < b > c"),
        ("<script>", "<script>"),
    ],
)
def test_a_row_has_the_words_without_the_marks(text: str, words: str) -> None:
    assert without_marks(text) == words


def test_the_note_of_a_row_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of notes made of brackets takes a second, and its user may load it again and again."""
    read: list[str] = []
    monkeypatch.setattr(notes, "note", lambda text: read.append(text) or "words")

    assert {without_marks("[once](" * 140) for _ in range(3)} == {"words"}
    assert len(read) == 1


def test_a_thousand_characters_of_anything_take_no_time() -> None:
    for text in ("[" * 1000, "*_" * 500, "> " * 500, "- " * 500, "`" * 1000, "[a](" * 250, "https://a " * 100):
        assert note(text).startswith("<")
