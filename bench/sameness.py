"""Compares the task lists of two servers, so that no server is faster because it shows less."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Allowed difference in size, as a share: link attributes and the URLs of style sheets differ.
SIZE_TOLERANCE = 0.05
# The fields of a task that differ between servers after a change.
CHANGED = ("updated_at", "completed_at", "version")


class NotTheSame(Exception):
    """The lists differ. The text is one sentence that says where."""


@dataclass(frozen=True)
class TaskList:
    """The content of a rendered list, independent of the framework that rendered it."""

    rows: list[str]
    elements: list[Counter[str]]
    targets: list[list[str]]
    counts: list[str]
    size: int

    @classmethod
    def read(cls, html: bytes, *, times: bool = True) -> "TaskList":
        """Parse a page or partial. `times=False` ignores timestamps, which differ between servers after a change."""
        tree = LexborHTMLParser(html.decode())
        for time in [] if times else tree.css("time, .facts__due"):
            time.decompose()
        rows, counts = tree.css("li.task, li.more"), tree.css("#counts")
        return cls(
            rows=[_text(row) for row in rows],
            elements=[Counter(_kind(part) for part in row.css("*")) for row in rows],
            targets=[[_target(part) for part in row.css("[action], [href], [hx-post], [hx-get]")] for row in rows],
            counts=[_text(part) for part in counts] + [str(sorted(_data(part))) for part in counts],
            size=len(re.sub(rb"\s+", b" ", html)),
        )

    @classmethod
    def read_json(cls, body: bytes, *, times: bool = True) -> "TaskList":
        """Parse an answer of the API. The address of the next page has a form of its own in each framework."""
        answer = json.loads(body)
        tasks = answer.get("items", [answer])
        return cls(
            rows=[
                str({name: _value(task[name]) for name in sorted(task) if times or name not in CHANGED})
                for task in tasks
            ],
            elements=[],
            targets=[],
            counts=[str(answer.get("counts")), str(answer.get("next") is None)],
            size=len(body),
        )


def require_same(ours: TaskList, theirs: TaskList, name: str) -> None:
    """Raises NotTheSame for the first difference between Daybook's list and that of the server `name`."""
    if len(ours.rows) != len(theirs.rows):
        raise NotTheSame(f"{name} shows {len(theirs.rows)} rows instead of {len(ours.rows)}.")
    for what in ("rows", "elements", "targets", "counts"):
        for our, their in zip(getattr(ours, what), getattr(theirs, what), strict=True):
            if our != their:
                raise NotTheSame(f"{name} differs in its {what}: {their} instead of {our}.")
    if abs(theirs.size / ours.size - 1) > SIZE_TOLERANCE:
        raise NotTheSame(f"{name} sends {theirs.size} bytes instead of {ours.size}, not counting white space.")


def _text(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _kind(node: LexborNode) -> str:
    """Tag, class and attribute names, without `rel`, which each framework sets differently on links."""
    return f"{node.tag} {node.attributes.get('class')} {sorted(set(node.attributes) - {'rel'})}"


def _target(node: LexborNode) -> str:
    return str(
        [
            node.attributes.get(name)
            for name in ("action", "href", "hx-post", "hx-get", "hx-target", "hx-swap", "hx-boost")
        ]
    )


def _data(node: LexborNode) -> list[str]:
    return [f"{name}={value}" for name, value in node.attributes.items() if name.startswith("data-")]


def _value(value: Any) -> Any:
    """A moment as its instant, however it is written."""
    is_moment = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*(Z|\+00:00)", value)
    return datetime.fromisoformat(value).timestamp() if is_moment else value
