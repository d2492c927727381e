"""Notes in Markdown: paragraphs, lists, links, emphasis, code and quotations. No HTML, no pictures, no headings."""

import re
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

from web.http.links import LINKS, REL

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

RULES = (
    *("paragraph", "list", "blockquote", "fence", "code"),
    *("backticks", "emphasis", "strikethrough", "link", "newline", "escape", "linkify"),
)
TAGS = {"p", "br", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "a"}
# Each block has its own direction, as its text has.
BLOCKS = {"paragraph_open", "list_item_open", "blockquote_open"}
# Notes of rows whose words are kept. Those of nothing but brackets take 30 ms each to read, and a page has 50 rows.
MOST_KEPT = 500
_MARKS = re.compile(r"[*_`~\[>]|^\s*(?:[-+]|[0-9]{1,3}[.)])\s", re.MULTILINE)
_TAG = re.compile("<[^>]*>")


def note(text: str) -> Markup:
    """The note as HTML. Only http, https and mailto addresses are links; nothing of this page is told to them."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in BLOCKS:
            token.attrSet("dir", "auto")
    html = markdown.renderer.render(tokens, markdown.options, {})
    allowed = {"a": {"href"}, "ol": {"start"}, **{tag: {"dir"} for tag in ("p", "li", "blockquote")}}
    clean = nh3.clean(html, tags=TAGS, attributes=allowed, url_schemes={"http", "https", "mailto"}, link_rel=REL)
    return Markup(clean)  # noqa: S704


@lru_cache(maxsize=MOST_KEPT)
def without_marks(text: str) -> str:
    """The words of a note without its Markdown, for a row."""
    return unescape(_TAG.sub("", note(text))).strip() if _MARKS.search(text) else text


@cache
def _markdown() -> "MarkdownIt":
    """The parser. Its library is loaded by the first note, since many pages have none."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("zero", {"breaks": True, "linkify": True}).enable(RULES)
    markdown.linkify = LINKS
    return markdown
