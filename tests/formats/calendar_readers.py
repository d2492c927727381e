"""Two programs' ways to read a calendar: icalendar with dateutil, and ical.js, which Thunderbird uses."""

import json
import subprocess
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from testkit.chromium import NPM_FOLDER
from testkit.patience import PATIENCE_SECONDS
from web.auth.node import find_node

READ = """
import ICAL from "ical.js";
let text = "";
for await (const part of process.stdin) text += part;
const { calendar, most } = JSON.parse(text);
const root = new ICAL.Component(ICAL.parse(calendar));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
const shown = time => time.zone === ICAL.Timezone.localTimezone || time.isDate
  ? time.toString() : time.toJSDate().toISOString();
const events = root.getAllSubcomponents("vevent").map(component => {
  const event = new ICAL.Event(component), dates = event.iterator(), found = [];
  for (let next = dates.next(); next && found.length < most; next = dates.next()) found.push(shown(next));
  return { summary: event.summary, dates: found };
});
const todos = root.getAllSubcomponents("vtodo").map(one => one.getFirstPropertyValue("summary"));
console.log(JSON.stringify({ events, todos }));
"""


def read_by_ical_js(calendar: bytes, most: int) -> Any:
    """Its events with their first dates, as `2026-11-30` or, at a moment, in UTC; the titles of its to-dos."""
    done = subprocess.run(
        [str(find_node()), "--input-type=module", "--eval", READ],
        input=json.dumps({"calendar": calendar.decode(), "most": most}),
        cwd=NPM_FOLDER,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def components(calendar: bytes, name: str) -> Sequence[Any]:
    """The components of that name, as icalendar reads them."""
    return Calendar.from_ical(calendar).walk(name)


def dates_of(component: Any, most: int) -> list[date | datetime]:
    """Its first dates, expanded by dateutil."""
    start = component.decoded("dtstart")
    if "rrule" not in component:
        listed = component.get("rdate", [])
        dates = {start, *(one.dts[0].dt for one in (listed if isinstance(listed, list) else [listed]))}
        return sorted(dates)[:most]
    is_day = not isinstance(start, datetime)
    first = datetime.combine(start, datetime.min.time()) if is_day else start
    dates = rrulestr(component["rrule"].to_ical().decode(), dtstart=first)
    found = [day for day, _ in zip(dates, range(most), strict=False)]
    return [day.date() for day in found] if is_day else list(found)
