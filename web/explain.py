"""The command `daybook explain`: what Daybook reads from a line or a repeat rule, as JSON, without a database."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from web.command_errors import WholeNumber

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOST_DATES = 1000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Which options say something about a line, and which about a rule.
OF_A_LINE = ("at", "week_start", "order", "lists", "labels", "plain")
OF_A_RULE = ("mode", "anchor", "due", "due_time", "start", "until", "times", "completed_at", "count")


class InvalidArguments(click.ClickException):
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
TIMESTAMP = Typed("moment", datetime.fromisoformat, "2026-11-26T14:30, in the zone unless an offset follows")


@click.command()
@click.argument("line", required=False)
@click.option("--zone", default="UTC", show_default=True, help="The time zone, such as Europe/Berlin.")
@click.option("--at", type=TIMESTAMP, help="When the line is read; now unless given.")
@click.option("--week-start", type=click.Choice(WEEKDAYS), default="monday", show_default=True)
@click.option(
    "--order", type=click.Choice(["d/m", "m/d"]), default="d/m", show_default=True, help="How dates are written."
)
@click.option("--list", "lists", multiple=True, help="A list that exists; may be given several times.")
@click.option("--label", "labels", multiple=True, help="A label that exists; may be given several times.")
@click.option("--plain", multiple=True, help="Words that are kept as text; may be given several times.")
@click.option("--repeat", "rule", help="A rule instead of a line, such as FREQ=WEEKLY;BYDAY=MO.")
@click.option("--mode", type=click.Choice(["schedule", "completion"]), default="schedule", show_default=True)
@click.option("--anchor", type=DAY, help="The date that intervals count from; the due date unless given.")
@click.option("--due", type=DAY, help="The date it is due now.")
@click.option("--time", "due_time", type=WALL_TIME, help="The time of day it is due.")
@click.option("--start", type=DAY, help="The start date, which keeps its distance to the due date.")
@click.option("--until", type=DAY, help="The last day, included.")
@click.option("--times", type=WholeNumber(1), help="How often it may still be completed.")
@click.option("--completed-at", type=TIMESTAMP, help="When it is completed; on its own day unless given.")
@click.option("--next", "count", type=WholeNumber(1, MOST_DATES), default=5, show_default=True)
def explain(line: str | None, rule: str | None, zone: str, **options: Any) -> None:
    """Print as JSON what quick add reads from LINE.

    With --repeat, it prints the dates that follow: when the task is completed, then each on its own day; instants are
    in UTC. Ends with 2 and a sentence for a rule that is refused. Before a line that begins with a hyphen, write --.
    """
    if (line is None) == (rule is None):
        raise click.UsageError("Give a line, or a rule with --repeat.")
    if line is not None:
        _refuse(OF_A_RULE, "a line")
        _print(explain_line(line, zone, **{name: options[name] for name in OF_A_LINE}))
    elif rule is not None:
        _refuse(OF_A_LINE, "--repeat")
        _print(explain_repeat(rule, zone, **{name: options[name] for name in OF_A_RULE}))


def _refuse(names: tuple[str, ...], given: str) -> None:
    """Refuses options that would be ignored."""
    context = click.get_current_context()
    for parameter in context.command.params:
        if parameter.name in names and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{parameter.opts[0]} does not go with {given}.")


def _print(values: dict[str, Any]) -> None:
    """UTF-8 whatever the terminal says; half of a surrogate pair is escaped as JSON has it."""
    click.echo(json.dumps(values, indent=2, ensure_ascii=False).encode(errors="backslashreplace"))


def explain_line(
    line: str,
    zone: str,
    at: datetime | None,
    week_start: str,
    order: Any,
    lists: tuple[str, ...],
    labels: tuple[str, ...],
    plain: tuple[str, ...],
) -> dict[str, Any]:
    """Raises `InvalidArguments` for a zone that Daybook does not take; no line is refused."""
    from web.domain import explain
    from web.domain.quick_add import Context, read

    place = _zone(zone)
    now = _in_zone(at, place) or datetime.now(UTC)
    context = Context(now, place, WEEKDAYS.index(week_start), order, lists, labels)
    return explain.explain_reading(read(line, context, plain))


def explain_repeat(
    rule: str,
    zone: str,
    mode: Any,
    anchor: date | None,
    due: date | None,
    due_time: time | None,
    start: date | None,
    until: date | None,
    times: int | None,
    completed_at: datetime | None,
    count: int,
) -> dict[str, Any]:
    """Raises `InvalidArguments` for a rule or a zone that Daybook does not take."""
    from web.domain import explain
    from web.domain.recurrence import Rule
    from web.domain.repeating import Repeat, check

    place = _zone(zone)
    if due is None:
        raise click.UsageError("--repeat needs --due: the date it is due now.")
    try:
        parsed = Rule.parse(rule)
        check(parsed, mode, anchor or due)
    except ValueError as problem:
        raise InvalidArguments(str(problem)) from problem
    repeat = Repeat(parsed, mode, anchor or due, due, place, due_time, start, until, times)
    return explain.explain_repeat(repeat, _in_zone(completed_at, place) or repeat.due_at, count)


def _zone(name: str) -> "ZoneInfo":
    from web.domain.zones import zone_named

    try:
        return zone_named(name)
    except ValueError as problem:
        raise InvalidArguments(str(problem)) from problem


def _in_zone(at: datetime | None, zone: "ZoneInfo") -> datetime | None:
    return at.replace(tzinfo=zone) if at and at.tzinfo is None else at
