"""Whether two servers answered with the same list: a peer that does less would be quick for nothing."""

import re
from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

# How far apart the sizes of the same page may be: attributes of links, addresses of style sheets.
BYTES_APART = 0.05


class NotTheSame(Exception):
    """What one page has and the other has not, in a sentence."""


@dataclass(frozen=True)
class Shown:
    """What a list shows, whoever drew it."""

    rows: list[str]
    elements: list[Counter[str]]
    places: list[list[str]]
    counts: list[str]
    size: int

    @classmethod
    def read(cls, html: bytes, *, times: bool = True) -> "Shown":
        """`times` off leaves out when something happened: two servers never do it at the same moment."""
        tree = LexborHTMLParser(html.decode())
        for time in [] if times else tree.css("time"):
            time.decompose()
        rows, counts = tree.css("li.task, li.more"), tree.css("#counts")
        return cls(
            rows=[_text(row) for row in rows],
            elements=[Counter(_kind(part) for part in row.css("*")) for row in rows],
            places=[[_place(part) for part in row.css("[action], [href], [hx-post], [hx-get]")] for row in rows],
            counts=[_text(part) for part in counts] + [str(sorted(_data(part))) for part in counts],
            size=len(re.sub(rb"\s+", b" ", html)),
        )


def require_same(ours: Shown, theirs: Shown, name: str) -> None:
    """Raises NotTheSame for the first difference between our list and that of the peer `name`."""
    if len(ours.rows) != len(theirs.rows):
        raise NotTheSame(f"{name} shows {len(theirs.rows)} rows instead of {len(ours.rows)}.")
    for what in ("rows", "elements", "places", "counts"):
        for our, their in zip(getattr(ours, what), getattr(theirs, what), strict=True):
            if our != their:
                raise NotTheSame(f"{name} differs in its {what}: {their} instead of {our}.")
    if abs(theirs.size / ours.size - 1) > BYTES_APART:
        raise NotTheSame(f"{name} sends {theirs.size} bytes instead of {ours.size}, not counting white space.")


def _text(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _kind(node: LexborNode) -> str:
    """Its name, its class and the names of its attributes; `rel` is the framework's own idea of a safe link."""
    return f"{node.tag} {node.attributes.get('class')} {sorted(set(node.attributes) - {'rel'})}"


def _place(node: LexborNode) -> str:
    return str(
        [
            node.attributes.get(name)
            for name in ("action", "href", "hx-post", "hx-get", "hx-target", "hx-swap", "hx-boost")
        ]
    )


def _data(node: LexborNode) -> list[str]:
    return [f"{name}={value}" for name, value in node.attributes.items() if name.startswith("data-")]
