"""What quick add needs to know, and what it read from a line."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal, Self
from zoneinfo import ZoneInfo

from web.domain.repeating import Mode
from web.domain.zones import wall_clock

DateOrder = Literal["d/m", "m/d"]
Kind = Literal["description", "due", "label", "list", "priority", "repeat", "start", "time"]
NO_PRIORITY = 4


@dataclass(frozen=True, slots=True)
class Presets:
    """What the page fills in where the line says nothing else: a day's page its date, a list's page the list."""

    due_on: date | None = None
    list: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """The user's clock, settings and names. `now` is aware; `week_start` is 0 for Monday to 6 for Sunday."""

    now: datetime
    zone: ZoneInfo
    week_start: int = 0
    date_order: DateOrder = "d/m"
    lists: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    presets: Presets = Presets()

    @property
    def clock(self) -> datetime:
        """The user's wall clock, to the minute; the first or last there is outside the years 1 to 9999."""
        try:
            return wall_clock(self.now, self.zone)
        except OverflowError:
            edge = date.min if self.now.year == 1 else date.max
            return datetime.combine(edge, time.min if edge == date.min else time(23, 59))

    @property
    def today(self) -> date:
        return self.clock.date()

    def on(self, day: date) -> Self:
        """The same user at noon of another day."""
        return replace(self, now=datetime.combine(day, time(12), self.zone))

    def without_preset_date(self) -> Self:
        return replace(self, presets=replace(self.presets, due_on=None))


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the line that is not title: where it stands, its words, and what they were read as (ISO or a name)."""

    offset: int
    length: int
    kind: Kind
    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A task as quick add understands it. Dates and times are the user's wall clock; `times` counts completions.

    Intervals of `repeat_rule` count from `repeat_anchor`. `unknown_list` is a `#name` that no list has; it stays in
    the title, and `#+name` (`makes_list`) makes that list. `preset` names the fields that came from the page and not
    from the line.
    """

    title: str
    description: str | None = None
    due_on: date | None = None
    due_time: time | None = None
    start_on: date | None = None
    list: str | None = None
    makes_list: bool = False
    labels: tuple[str, ...] = ()
    priority: int = NO_PRIORITY
    repeat_rule: str | None = None
    repeat_mode: Mode | None = None
    repeat_anchor: date | None = None
    until: date | None = None
    times: int | None = None
    spans: tuple[Span, ...] = ()
    unknown_list: Span | None = None
    preset: frozenset[str] = frozenset()

    @property
    def starts_after_due(self) -> bool:
        """Whether the start date is later than the due date, which no task may be."""
        return self.start_on is not None and self.due_on is not None and self.start_on > self.due_on
