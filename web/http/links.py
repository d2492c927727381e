"""Addresses in a text as links."""

import re

from linkify_it import LinkifyIt
from markupsafe import Markup, escape

# Addresses that begin with their scheme: "main.py" and "asp.net" are words.
LINKS = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False}).add("ftp:", None).add("//", None)
# Much cheaper than to ask the library, and most texts have no address. A colon is cheaper still to look for.
_MAY_LINK = re.compile(r"https?://|mailto:", re.IGNORECASE)
# Full-width, Arabic and typographic punctuation; what ends an address in ASCII the library knows.
_ENDS_ADDRESS = re.compile("([、。！，．：；？…‘-‟«»〈-】（）،؛؟])")
# Nothing about this page is told to the other site.
REL = "noopener noreferrer nofollow ugc"
_LINK = Markup(f'<a href="{{}}" rel="{REL}">{{}}</a>')  # noqa: S704


def linked(text: str) -> Markup:
    """The text, escaped, with its http, https and mailto addresses as links. Shows exactly the text it is given."""
    if ":" not in text or not _MAY_LINK.search(text):
        return escape(text)
    return Markup("").join(map(_linked, _ENDS_ADDRESS.split(text)))


def _linked(text: str) -> Markup:
    parts, end = [], 0
    for match in LINKS.match(text) or ():
        parts += [escape(text[end : match.index]), _LINK.format(match.raw, match.raw)]
        end = match.last_index
    return Markup("").join([*parts, escape(text[end:])])
