"""Search matches are marked, and everything else is escaped as it is without a search."""

from random import Random

import pytest
from jinja2 import Environment
from markupsafe import Markup, escape
from selectolax.lexbor import LexborHTMLParser

from web.domain.folding import search_terms
from web.http.template_filters import linked, marked


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("Buy milk", "milk", "Buy <mark>milk</mark>"),
        ("Buy pässport", "PASSPORT", "Buy <mark>pässport</mark>"),
        ("Buy milk", "", "Buy milk"),
        ("Buy milk", "tea", "Buy milk"),
        ("<b> & \"'", "tea", "&lt;b&gt; &amp; &#34;&#39;"),
        ("<b>", "<b>", "<mark>&lt;b&gt;</mark>"),
        ("a & b", "&", "a <mark>&amp;</mark> b"),
        ("a & b", "amp", "a &amp; b"),
        ("&lt; is <", "lt", "&amp;<mark>lt</mark>; is &lt;"),
        ("co\u00adop <x>", "coop", "<mark>co\u00adop</mark> &lt;x&gt;"),
        ("pa\u0308ss", "pass", "<mark>päss</mark>"),
    ],
)
def test_matches_are_marked_and_text_is_escaped(text: str, query: str, html: str) -> None:
    assert marked(text, search_terms(query)) == html


def test_marking_keeps_the_targets_of_links() -> None:
    html = marked(linked("See https://example.com/a?b&c now"), search_terms("example b&c see"))

    tree = LexborHTMLParser(html)
    assert tree.css_first("a").attributes["href"] == "https://example.com/a?b&c"
    assert [mark.text() for mark in tree.css("mark")] == ["See", "example", "b&c"]


def test_a_match_across_the_edge_of_a_link_is_marked_on_both_sides() -> None:
    html = marked(linked("(https://example.com)"), search_terms("(https com)"))

    assert [mark.text() for mark in LexborHTMLParser(html).css("mark")] == ["(", "https", "com", ")"]


@pytest.mark.parametrize("seed", range(8))
def test_marking_random_text_adds_only_mark_elements(seed: int) -> None:
    random = Random(seed)
    segments = ["<", ">", "&", "&amp;", "&lt;", '"', "'", "<mark>", "</mark>", "<script>", "a", "ß", " ", "x.com", "ﬁ"]
    for _ in range(200):
        text = "".join(random.choices(segments, k=12))
        terms = search_terms("".join(random.choices(segments, k=3)))
        for given in (text, linked(text)):
            shown = marked(given, terms)

            assert isinstance(shown, Markup)
            assert shown.replace("<mark>", "").replace("</mark>", "") == escape(given)


def test_a_template_does_not_escape_marked_text_twice() -> None:
    environment = Environment(autoescape=True)
    environment.filters["marked"] = marked

    html = environment.from_string("{{ '<b> milk'|marked(['milk']) }}").render()

    assert html == "&lt;b&gt; <mark>milk</mark>"
