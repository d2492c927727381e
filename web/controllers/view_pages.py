"""The pages of days and views, each as its sections: what is shown, in which order, under which headings."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from typing import Any
from urllib.parse import unquote, urlsplit

from web.controllers.shown_rows import more_at, most_of, offset_of, size_of
from web.domain.days import shifted
from web.domain.due_words import long_day, month_words
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.http.forms import fields_of
from web.models.label import Label
from web.models.task import Task, TaskRow
from web.services.labels import Labels
from web.services.overview import ListRow, Overviews
from web.services.row_facts import RowFacts, row_facts
from web.services.view_statements import MOST_OF_A_DAY
from web.services.views import MOST_TO_COME, Views

_DAY = re.compile(r"/days/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_LIST = re.compile(r"/lists/([0-9]{1,18})")
_LABEL = re.compile(r"/labels/([^/]+)")


@dataclass(frozen=True)
class Section:
    """Rows under a heading; `day` is said by the heading, so its rows leave it out. `kind` is for the look.

    Users order its tasks by hand where it has a `place`: what the form of a move says of it, such as list_id=7.
    `takes_plain` says that a line in which quick add finds nothing makes a task at the end of these rows.
    """

    rows: Sequence[TaskRow]
    heading: str = ""
    kind: str = ""
    url: str = ""
    day: date | None = None
    place: str = ""
    takes_plain: bool = False
    # That of the list which the section of a page is.
    list_id: int | None = None


@dataclass(frozen=True)
class ViewPage:
    """`name` is the view's, and chooses what an empty page says.

    `day`, `of_list` and `of_label` are preset for a task that is added here.
    """

    name: str
    path: str
    title: str
    sections: Sequence[Section]
    note: str = ""
    day: date | None = None
    done: Sequence[TaskRow] = ()
    done_heading: str = "Done today"
    # Address, name and number of the day.
    before: tuple[str, str, int] | None = None
    after: tuple[str, str, int] | None = None
    more: str | None = None
    of_list: ListRow | None = None
    of_label: Label | None = None
    # Whether there are more rows than the page shows.
    is_cut: bool = False

    @property
    def rows(self) -> list[TaskRow]:
        return [*chain.from_iterable(section.rows for section in self.sections), *self.done]

    @property
    def has_places(self) -> bool:
        """Whether its tasks can be moved by hand, if only into another section."""
        return any(section.place for section in self.sections)

    def shows(self, task: Task | None) -> bool:
        return task is not None and any(row.id == task.id for row in self.rows)


def page_at(url: str, views: Views, overviews: Overviews) -> ViewPage | None:
    """The page of a view by its address; None for the address of any other page. Raises NotFound for a wrong one."""
    parts = urlsplit(url)
    query = fields_of(parts.query)
    if found := _DAY.fullmatch(parts.path):
        return day_page(read_day(found[1]), views, query)
    if found := _LIST.fullmatch(parts.path):
        return list_page(int(found[1]), query, views, overviews)
    if found := _LABEL.fullmatch(parts.path):
        return label_page(Labels(views.connection, views.actor).at(unquote(found[1])), query, views)
    build = _PAGES.get(parts.path)
    return build(query, views) if build else None


def read_day(written: str) -> date:
    """YYYY-MM-DD and nothing else. Raises NotFound."""
    try:
        day = date.fromisoformat(written)
    except ValueError as problem:
        raise NotFound(f"{written} is no day") from problem
    if day.isoformat() != written:
        raise NotFound(f"{written} is not spelled as {day}")
    return day


def facts_at(url: str, overviews: Overviews, rows: Sequence[Task | TaskRow]) -> RowFacts:
    """The facts of rows that stand on the page at an address."""
    path = urlsplit(url).path
    day, within = _DAY.fullmatch(path), _LIST.fullmatch(path)
    if path == "/today":
        return row_facts(overviews, rows, day=overviews.actor.preferences.today(utc_now()))
    if day:
        return row_facts(overviews, rows, day=read_day(day[1]))
    return row_facts(overviews, rows, list_id=int(within[1]) if within else None, label_page=path)


def facts_of(shown: ViewPage, overviews: Overviews) -> RowFacts:
    """The facts of all rows of a page."""
    list_id = shown.of_list.id if shown.of_list else None
    return row_facts(overviews, shown.rows, list_id=list_id, label_page=shown.path if shown.of_label else "")


def today_page(query: Mapping[str, str], views: Views) -> ViewPage:
    most = most_of(query)
    shown = views.today(most)
    return ViewPage(
        **_day_fields(shown.day, shown.day, "today", "/today", views.actor.preferences.date_order),
        sections=[
            Section(shown.overdue, "Overdue", "overdue"),
            Section(shown.planned, "Today", day=shown.day, place=_on_day(shown.day), takes_plain=not shown.is_cut),
            Section(shown.started, "Started"),
        ],
        done=shown.done,
        more=f"/today?shown={most + MOST_OF_A_DAY}" if shown.is_cut else None,
        is_cut=shown.is_cut,
    )


def day_page(day: date, views: Views, query: Mapping[str, str]) -> ViewPage:
    """Today's address with a date shows what `/today` does."""
    today = views.actor.preferences.today(utc_now())
    if day == today:
        return today_page(query, views)
    most = most_of(query)
    shown = views.day(day, most)
    return ViewPage(
        **_day_fields(day, today, "day", f"/days/{day}", views.actor.preferences.date_order),
        sections=[Section(shown.planned, day=day, place=_on_day(day), takes_plain=not shown.is_cut)],
        done=shown.done,
        done_heading="Done on this day",
        more=f"/days/{day}?shown={most + MOST_OF_A_DAY}" if shown.is_cut else None,
        is_cut=shown.is_cut,
    )


def upcoming_page(query: Mapping[str, str], views: Views) -> ViewPage:
    most = most_of(query, MOST_TO_COME)
    shown = views.upcoming(most)
    today, order = views.actor.preferences.today(utc_now()), views.actor.preferences.date_order
    days = [
        Section(rows, long_day(day, today, order), "day", f"/days/{day}", day, _on_day(day)) for day, rows in shown.days
    ]
    later = [
        Section([row for _, row in found], month, "month")
        for month, found in groupby(((_month_of(row, today), row) for row in shown.later), key=lambda pair: pair[0])
    ]
    more = f"/upcoming?shown={most + MOST_TO_COME}" if shown.is_cut else None
    return ViewPage("upcoming", "/upcoming", "Upcoming", [*days, *later], more=more, is_cut=shown.is_cut)


def inbox_page(query: Mapping[str, str], views: Views) -> ViewPage:
    shown = views.inbox(offset_of(query), size_of(query))
    more = more_at("/inbox", query, shown)
    sections = [Section(shown.rows, place=_in_list(0), takes_plain=not more)]
    return ViewPage("inbox", "/inbox", "Inbox", sections, done=shown.done, more=more)


def list_page(list_id: int, query: Mapping[str, str], views: Views, overviews: Overviews) -> ViewPage:
    """The open tasks of a list, then those of each of its sections. Raises NotFound."""
    lists = overviews.get().lists
    found = next((one for one in lists if one.id == list_id), None)
    if found is None:
        raise NotFound(f"list {list_id}")
    shown, path = views.of_list(list_id, offset_of(query), size_of(query)), f"/lists/{list_id}"
    sections = [one for one in lists if one.is_section and one.parent_id == list_id]
    around = overviews.get().list(found.parent_id) if found.is_section and found.parent_id else None

    def rows_of(section_id: int) -> Sequence[TaskRow]:
        return [row for row in shown.rows if row.list_id == section_id]

    return ViewPage(
        "list",
        path,
        found.name,
        note=around.name if around else "",
        sections=[
            Section(rows_of(found.id), place=_in_list(found.id), takes_plain=not shown.next),
            *(
                Section(
                    rows_of(one.id), one.name, "of-list", f"/lists/{one.id}", place=_in_list(one.id), list_id=one.id
                )
                for one in sections
            ),
        ],
        done=shown.done,
        more=more_at(path, query, shown),
        of_list=found,
    )


def label_page(label: Label, query: Mapping[str, str], views: Views) -> ViewPage:
    """The open tasks that have a label, whatever their list."""
    shown = views.of_label(label.id or 0, offset_of(query), size_of(query))
    more = more_at(label.address, query, shown)
    return ViewPage(
        "label",
        label.address,
        label.name,
        [Section(shown.rows, takes_plain=not more)],
        done=shown.done,
        more=more,
        of_label=label,
    )


def done_page(query: Mapping[str, str], views: Views) -> ViewPage:
    shown = views.done(query.get("after", ""), size_of(query))
    preferences = views.actor.preferences
    today = preferences.today(utc_now())
    by_day = groupby(shown.rows, key=lambda row: preferences.today(row.completed_at or row.updated_at))
    sections = [
        Section(list(rows), long_day(day, today, preferences.date_order), "day", f"/days/{day}", day)
        for day, rows in by_day
    ]
    more = f"/done?after={shown.next.replace('+', '%2B')}" if shown.next else None
    return ViewPage("done", "/done", "Done", sections, more=more)


def _on_day(day: date) -> str:
    return f"due_on={day}"


def _in_list(list_id: int) -> str:
    return f"list_id={list_id}"


def _day_fields(day: date, today: date, name: str, path: str, order: str) -> dict[str, Any]:
    note = "Today" if day == today else {1: "Tomorrow", -1: "Yesterday"}.get((day - today).days, "")
    before, after = shifted(day, -1), shifted(day, 1)
    return {
        "name": name,
        "path": path,
        "title": long_day(day, today, order),
        "note": note,
        "day": day,
        "before": (f"/days/{before}", long_day(before, today, order), before.day) if before < day else None,
        "after": (f"/days/{after}", long_day(after, today, order), after.day) if after > day else None,
    }


def _month_of(row: TaskRow, today: date) -> str:
    """The day of a task is its start while that is to come, else its due date."""
    day = row.start_on if row.start_on and row.start_on > today else row.due_on or today
    return month_words(day, today)


_PAGES: Mapping[str, Callable[[Mapping[str, str], Views], ViewPage]] = {
    "/today": today_page,
    "/upcoming": upcoming_page,
    "/inbox": inbox_page,
    "/done": done_page,
}
