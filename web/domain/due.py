"""The three kinds of due date: a day, a day with a wall time that follows its owner, and a fixed moment in a zone."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from web.domain.zones import first_moment, instant, wall_clock


@dataclass(frozen=True, slots=True)
class Due:
    """`due_on` and `due_time` are the owner's wall clock; `due_zone` and `due_at` are set for a fixed moment only."""

    due_on: date
    due_time: time | None = None
    due_zone: str | None = None
    due_at: datetime | None = None

    @classmethod
    def fixed(cls, day: date, at: time, zone: ZoneInfo, owner: ZoneInfo) -> Self:
        """The moment that a wall clock in `zone` shows, kept when the owner changes zone."""
        due_at = instant(day, at, zone)
        wall = wall_clock(due_at, owner)
        return cls(wall.date(), wall.time(), zone.key, due_at)

    @property
    def is_fixed(self) -> bool:
        return self.due_at is not None

    def shown_in(self, owner: ZoneInfo) -> Self:
        """The same due date after its owner changed zone: only a fixed moment shows another wall time."""
        if self.due_at is None:
            return self
        wall = wall_clock(self.due_at, owner)
        return type(self)(wall.date(), wall.time(), self.due_zone, self.due_at)

    def instant(self, owner: ZoneInfo) -> datetime:
        """When it is due; a day without a time is due from its first moment on."""
        if self.due_at is not None:
            return self.due_at
        return first_moment(self.due_on, owner) if self.due_time is None else instant(self.due_on, self.due_time, owner)
