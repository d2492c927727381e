"""Addresses in a text as links."""

import re

from linkify_it import LinkifyIt
from markupsafe import Markup, escape

# Addresses that begin with their scheme: "main.py" and "asp.net" are words.
LINKS = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False}).add("ftp:", None).add("//", None)
# Much cheaper than to ask the library, and most texts have no address. A colon is cheaper still to look for.
_MAY_LINK = re.compile(r"https?://|mailto:", re.IGNORECASE)
# An address between white space that the library takes as it is; to ask it costs as much as several rows of a page.
_SIMPLE = re.compile(
    r"(?<!\S)(https?://[a-z0-9]{1,63}(?:\.[a-z0-9]{1,63})*(?:/[a-z0-9_/-]*)?)(?!\S)", re.IGNORECASE | re.ASCII
)
# Full-width, Arabic and typographic punctuation; what ends an address in ASCII the library knows.
_ENDS_ADDRESS = re.compile("([、。！，．：；？…‘-‟«»〈-】（）،؛؟])")
# Nothing about this page is told to the other site.
REL = "noopener noreferrer nofollow ugc"


def linked(text: str) -> Markup:
    """The text, escaped, with its http, https and mailto addresses as links. Shows exactly the text it is given."""
    if ":" not in text or not (begun := _MAY_LINK.findall(text)):
        return escape(text)
    # Every second part is an address.
    parts = _SIMPLE.split(text)
    if len(parts) // 2 == len(begun):
        parts[::2], parts[1::2] = map(escape, parts[::2]), map(_link, parts[1::2])
        return Markup("".join(parts))  # noqa: S704
    return Markup("").join(map(_linked, _ENDS_ADDRESS.split(text)))


def _linked(text: str) -> Markup:
    parts, end = [], 0
    for match in LINKS.match(text) or ():
        parts += [escape(text[end : match.index]), _link(match.raw)]
        end = match.last_index
    return Markup("").join([*parts, escape(text[end:])])


def _link(address: str) -> Markup:
    shown = escape(address)
    return Markup(f'<a href="{shown}" rel="{REL}">{shown}</a>')  # noqa: S704
