"""Every place that writes a date or a time does so as the user chose: the month first, and twelve hours."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from tests.thursday import NOW

# A day before its month, 24 hours, and ISO dates outside of addresses and fields.
DAY_FIRST = re.compile(r"\b[0-9]{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
HOURS = re.compile(r"\b(?:1[3-9]|2[0-3]|0[0-9]):[0-5][0-9]\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def american(ada: HtmlClient, make: Factory) -> HtmlClient:
    ada.post("/settings", time_zone="UTC", date_order="m/d", clock="12")
    weekly = {"repeat_rule": "FREQ=WEEKLY;BYDAY=FR", "repeat_mode": "schedule", "repeat_anchor": date(2026, 12, 4)}
    task = make.task(
        ada.user, "Report", due_on=date(2026, 12, 4), due_time="18:00", repeat_until=date(2027, 1, 8), **weekly
    )
    make.task(ada.user, "Late", due_on=date(2026, 11, 20), due_time="17:00", start_on=date(2025, 3, 2))
    make.task(ada.user, "Done", completed=True, completed_at=NOW)
    make.task(ada.user, "Gone", due_on=date(2026, 12, 9), deleted_at=NOW)
    ada.post(f"/tasks/{task.id}/priority", priority="1", version="1")
    return ada


def pages(client: HtmlClient) -> list[str]:
    task = client.get("/tasks").link("Report").partition("?")[0]
    forms = [f"{task}/{name}" for name in ("due", "start", "repeat")]
    views = ["/today", "/upcoming", "/inbox", "/done", "/trash", "/tasks", "/days/2026-12-04", "/days/2027-01-01"]
    previews = [f"/tasks/new?title=Milk+{line}" for line in ("4+dec+6pm", "start+4+dec", "every+fri+until+20+dec")]
    return [*views, task, *forms, *previews, f"/tasks?task={task.rsplit('/', maxsplit=1)[-1]}"]


def test_every_page_writes_the_month_first_and_twelve_hours(american: HtmlClient) -> None:
    found = {}
    for path in pages(american):
        tree = american.get(path).tree
        # Rules are written as they are read: every year on the 4th of Dec.
        for part in tree.css("select, script, template, .facts__repeat"):
            part.decompose()
        text = tree.body.text(separator=" ") if tree.body else ""
        found[path] = DAY_FIRST.findall(text) + HOURS.findall(text)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_words_are_those_of_the_order(american: HtmlClient) -> None:
    task = american.get("/tasks").link("Report").partition("?")[0]
    page, upcoming = american.get(task).text, american.get("/upcoming").text

    assert "Fri Dec 4, 6:00 pm" in page
    assert "until Jan 8, 2027" in page
    assert "Changed priority from None to High, Nov 26, 2:30 pm" in page
    assert "Friday, December 4" in upcoming
    assert "Fri Nov 20, 5:00 pm, overdue" in american.get("/inbox").text
    assert "Friday, January 1, 2027" in american.get("/days/2027-01-01").text
    assert "Due Fri Dec 4, 6:00 pm" in american.get("/tasks/new?title=Milk+4+dec+6pm").text


def test_times_of_a_history_are_those_of_the_chosen_zone(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, created_at=datetime(2025, 7, 1, 22, 30, tzinfo=ZoneInfo("UTC")))
    ada.post(f"/tasks/{task.id}/priority", priority="1", version="1")
    unknown = ada.get(f"/tasks/{task.id}").text
    ada.post("/settings/zone", time_zone="Pacific/Auckland")
    chosen = ada.get(f"/tasks/{task.id}")

    assert "Changed priority from None to High, 26 Nov, 14:30 UTC" in unknown
    assert "Changed priority from None to High, 27 Nov, 03:30" in chosen.text
    assert "UTC" not in chosen.text
    added = chosen.tree.css_first(".task__meta time")
    assert (added.text(), added.attributes["title"]) == ("2 Jul 2025, 10:30", "Wednesday 2 July 2025, Pacific/Auckland")


def test_without_a_choice_the_day_comes_first_and_the_clock_has_24_hours(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, due_on=date(2026, 12, 4), due_time="18:00")

    assert "Fri 4 Dec, 18:00" in ada.get(f"/tasks/{task.id}").text


def test_a_full_answer_in_htmx_has_them_too(american: HtmlClient) -> None:
    task = american.get("/tasks").link("Report").partition("?")[0]

    answer = american.post(f"{task}/due", htmx=True, due_on="2026-12-11", due_time="18:00", version="2")

    assert "Due Fri Dec 11, 6:00 pm: Report" in answer.text


@pytest.mark.databases("sqlite")
def test_times_in_the_settings_are_those_of_the_chosen_zone_and_clock(ada: HtmlClient, make: Factory) -> None:
    ada.post("/settings", time_zone="Pacific/Auckland", date_order="m/d", clock="12")
    webhook, _ = make.webhook(ada.user)
    make.delivery(webhook), make.feed(ada.user), make.access_token(ada.user)
    names = ("sessions", "feeds", "webhooks", f"webhooks/{webhook.id}")

    times = {name: {time.text() for time in ada.get(f"/settings/{name}").tree.css("#main time")} for name in names}

    assert times == {name: {"Nov 27, 3:30 am"} for name in names}
    assert "until Feb 25, 2027, 3:30 am" in " ".join(ada.get("/settings/tokens").text.split())
