"""The Jinja environment and its filters."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from html import unescape
from itertools import groupby
from typing import Any
from unicodedata import normalize
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from web.domain.days import recent_date
from web.domain.due_words import clock_words, long_day
from web.domain.folding import match_spans
from web.domain.preferences import Preferences
from web.domain.timestamps import utc_now
from web.http.links import linked
from web.http.notes import note, without_marks
from web.http.static_files import Assets
from web.http.template_cache import CompiledTemplates
from web.http.template_compiler import Templates
from web.models.task import Task, TaskRow
from web.push.vapid import public_key
from web.services.history_words import event_words
from web.services.row_facts import Facts, RowFacts
from web.settings import ROOT

TEMPLATES = ROOT / "templates"
# What a template "may have": its value where an answer does not say.
OPTIONAL: dict[str, Any] = {
    "about": None,
    "added": None,
    "below": None,
    "changed_list": "",
    "aside": False,
    "chips": (),
    "deleted": None,
    "deleted_list": None,
    "undone": "",
    "facts": None,
    "focus": False,
    "here": "",
    "is_folded": False,
    "is_page": False,
    "in_panel": False,
    "list_to_make": "",
    "moved": "",
    "operation": None,
    "placed": "",
    "overview": None,
    "preset_day": None,
    "preset_label": None,
    "preset_list": None,
    "preview": None,
    "reference": None,
    "restore": None,
    "returned": "",
    "said": "",
    "shown": None,
    "signed_in": False,
    "suffix": "",
    "suggestions": (),
    "summary": "",
    "whole_page": False,
}


def templates(assets: Assets, vapid_private_key: str = "") -> Environment:
    """The environment of all templates. An undefined name is an error."""
    environment = Templates(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=CompiledTemplates(TEMPLATES, ROOT / "var" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Otherwise each partial of a page checks the file's modification time.
        auto_reload=False,
    )
    environment.globals.update(OPTIONAL, asset=assets.url, new_key=lambda: str(uuid4()))
    environment.globals["push_key"] = lambda: public_key(vapid_private_key)
    filters = (
        event_words,
        facts_from,
        full_day,
        isolated,
        linked,
        marked,
        note,
        short_weekday,
        timestamp,
        without_marks,
    )
    environment.filters.update({one.__name__: one for one in filters})
    # The same on every page: rendered once.
    icons: Any = environment.get_template("shared/_icon.html").module
    once = {"failure_notices": "failure", "row_menu": "row_menu", "undo_notice": "undo_template"}
    environment.globals.update(
        {name: Markup(environment.get_template(f"shared/_{file}.html").render()) for name, file in once.items()},  # noqa: S704
        icons={name: icons.icon(name) for name in icons.paths},
    )
    environment.globals["fixed"] = fixed_parts(environment.get_template("layouts/_fixed.html").module)
    return environment


def fixed_parts(module: Any) -> Callable[[str, str], Markup]:
    """A function of the name of a macro and the path of a page that renders each once: half of a page's time."""
    rendered = cache(lambda name, here: Markup(getattr(module, name)(here)))  # noqa: S704
    return lambda name, here: rendered(name, here if here in module.pages else "")


def facts_from(task: Task | TaskRow, facts: RowFacts | None) -> Facts | None:
    """What a row says of a task. A filter, since Jinja looks at what it calls, fifty times on a page."""
    return facts.of(task) if facts else None


def timestamp(value: datetime, preferences: Preferences) -> Markup:
    """`<time>` on the user's clock, as due dates are; marked as UTC where no zone is known."""
    wall, today = preferences.now(value), preferences.today(utc_now())
    zone = "" if preferences.zone_is_known else " UTC"
    text = f"{recent_date(wall, today, preferences.date_order)}, {clock_words(wall.time(), preferences.clock)}{zone}"
    title = f"{long_day(wall, date.min, preferences.date_order)}, {preferences.zone.key}"
    # strftime takes several times as long, and there are two hundred timestamps in a history.
    return Markup(f'<time datetime="{value.isoformat()[:19]}Z" title="{title}">{text}</time>')  # noqa: S704


def full_day(day: date, preferences: Preferences) -> str:
    """Friday 27 November 2026: for screen readers, where nothing else says the month."""
    return long_day(day, date.min, preferences.date_order)


def short_weekday(words: str) -> Markup:
    """Fri(day) 27 November: CSS leaves out the end of the weekday where there is no room."""
    weekday = words.partition(" ")[0].rstrip(",")
    rest = words.removeprefix(weekday)
    return Markup('{}<span class="view__weekday">{}</span>{}').format(weekday[:3], weekday[3:], rest)


def isolated(text: str) -> str:
    """The text with marks that keep its direction to itself (FSI, PDI), for a tab's name, where no element can."""
    return text if text.isascii() else f"\u2068{text}\u2069"


def marked(text: str, terms: Sequence[str]) -> str:
    """The text, escaped, with what a search found in `<mark>`. Of markup, as `linked` gives, the text between the tags.

    `terms` are those of `TaskQuery.terms`; without any, the text as it is, for the template to escape. The text is
    shown in NFC, which reads the same.
    """
    if not terms:
        return text
    parts: list[str] = _TAG.split(text) if isinstance(text, Markup) else [escape(text)]
    # Every second part is a tag; a match may begin before one and end behind it.
    texts = [normalize("NFC", unescape(part)) for part in parts[::2]]
    hit = bytearray(len("".join(texts)))
    for start, end in match_spans("".join(texts), terms):
        hit[start:end] = b"\1" * (end - start)
    parts[::2] = _with_marks(texts, hit)
    return Markup("".join(parts))  # noqa: S704


def _with_marks(texts: Sequence[str], hit: bytearray) -> Iterator[str]:
    """Each text, escaped, with `<mark>` around the characters that `hit` says of all texts in a row."""
    start = 0
    for text in texts:
        runs = groupby(enumerate(text, start), key=lambda placed: hit[placed[0]])
        segments = ((is_hit, escape("".join(letter for _, letter in run))) for is_hit, run in runs)
        yield "".join(f"<mark>{segment}</mark>" if is_hit else segment for is_hit, segment in segments)
        start += len(text)


_TAG = re.compile("(<[^>]*>)")
