"""The command `daybook explain`: what Daybook makes of a repeat rule, as JSON, without a database."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOST_DATES = 1000


class Refused(click.ClickException):
    """Input that Daybook refuses, with the sentence that says why."""

    exit_code = 2


class Typed(click.ParamType[Any]):
    """An option read by a function that raises ValueError; `example` says how it is written."""

    def __init__(self, name: str, read: Callable[[str], Any], example: str) -> None:
        self.name, self.read, self.example = name, read, example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.read(value) if isinstance(value, str) else value
        except ValueError:
            self.fail(f"“{value[:30]}” is not written like {self.example}.", param, ctx)


def _wall_time(text: str) -> time:
    if not re.fullmatch("[0-9]{2}:[0-9]{2}", text):
        raise ValueError(text)
    return time.fromisoformat(text)


DAY = Typed("day", date.fromisoformat, "2026-11-26")
WALL_TIME = Typed("time", _wall_time, "18:00")
MOMENT = Typed("moment", datetime.fromisoformat, "2026-11-26T14:30, in the zone unless an offset follows")


@click.command()
@click.option("--repeat", "rule", required=True, help="The rule, such as FREQ=WEEKLY;BYDAY=MO.")
@click.option("--mode", type=click.Choice(["schedule", "completion"]), default="schedule", show_default=True)
@click.option("--anchor", type=DAY, help="The date that intervals count from; the due date unless given.")
@click.option("--due", type=DAY, required=True, help="The date it is due now.")
@click.option("--time", "due_time", type=WALL_TIME, help="The time of day it is due.")
@click.option("--start", type=DAY, help="The start date, which keeps its distance to the due date.")
@click.option("--until", type=DAY, help="The last day, included.")
@click.option("--times", type=click.IntRange(1), help="How often it may still be completed.")
@click.option("--zone", default="UTC", show_default=True, help="The time zone, such as Europe/Berlin.")
@click.option("--completed-at", type=MOMENT, help="When it is completed; on its own day unless given.")
@click.option("--next", "count", type=click.IntRange(1, MOST_DATES), default=5, show_default=True)
def explain(**options: Any) -> None:
    """Print as JSON the dates that follow when a repeating task is completed, then each on its own day.

    Instants are in UTC. Ends with 2 and a sentence for a rule that is refused.
    """
    click.echo(json.dumps(explain_repeat(**options), indent=2, ensure_ascii=False))


def explain_repeat(
    rule: str,
    mode: Any,
    anchor: date | None,
    due: date,
    due_time: time | None,
    start: date | None,
    until: date | None,
    times: int | None,
    zone: str,
    completed_at: datetime | None,
    count: int,
) -> dict[str, Any]:
    """Raises `Refused` for a rule or a zone that Daybook does not take."""
    from web.domain import explain
    from web.domain.recurrence import Rule
    from web.domain.repeating import Repeat, check
    from web.domain.zones import zone_named

    try:
        parsed, place = Rule.parse(rule), zone_named(zone)
        check(parsed, mode, anchor or due)
    except ValueError as problem:
        raise Refused(str(problem)) from problem
    repeat = Repeat(parsed, mode, anchor or due, due, place, due_time, start, until, times)
    return explain.explain_repeat(repeat, _in_zone(completed_at, place) or repeat.due_at, count)


def _in_zone(at: datetime | None, zone: "ZoneInfo") -> datetime | None:
    return at.replace(tzinfo=zone) if at and at.tzinfo is None else at
