"""Lines added on the page of a view: what is read in them, and where the task goes."""

from datetime import timedelta

import pytest
import time_machine

from tests.client import HtmlClient
from tests.factories import Factory
from tests.thursday import NOW

pytestmark = pytest.mark.usefixtures("thursday")


def test_a_line_is_read_and_the_answer_says_where_it_went(ada: HtmlClient, make: Factory) -> None:
    make.record("lists", ada.user, name="Garden", name_key="garden")

    answer = ada.post("/tasks", htmx=True, on="/today", title="Buy bulbs sat 10:00 #garden @errand // tulips")

    assert answer.headers["hx-retarget"] == "#tasks"
    assert "Added “Buy bulbs” to Garden, Sat, 10:00." in answer.text
    assert answer.titles == []
    page = ada.get("/days/2026-11-28")
    assert page.titles == ["Buy bulbs"]
    assert "tulips" in page.text


def test_a_days_page_presets_its_day(ada: HtmlClient) -> None:
    answer = ada.post("/tasks", htmx=True, on="/days/2026-12-04", title="Call Ann", due_on="2026-12-04")

    assert answer.titles == ["Call Ann"]
    assert "Added “" not in answer.text


def test_without_javascript_the_page_says_what_was_understood(ada: HtmlClient) -> None:
    to = ada.post("/tasks", on="/today", title="Call Ann tomorrow 9am").to
    page = ada.get(to)

    assert "Added “Call Ann” to Inbox, Tomorrow, 09:00." in page.text
    undo = page.tree.css_first("#notices form").attributes["action"]
    assert ada.post(undo or "", on="/today").to == "/today"
    assert ada.get("/days/2026-11-27").titles == []


def test_a_wrong_line_comes_back_to_the_page_of_its_day(ada: HtmlClient) -> None:
    page = ada.post("/tasks", on="/days/2026-12-04", title=" ", due_on="2026-12-04")

    assert page.status == 422
    assert page.error("title") == "A task needs a title."
    assert page.tree.css_first("h1").text() == "Friday 4 December"


def test_the_same_line_sent_twice_makes_one_task_and_one_label(ada: HtmlClient) -> None:
    key = "6f1ec5be-5a0f-4f7a-9d8e-1f1f6a1c2b3d"
    for _ in range(2):
        ada.post("/tasks", title="Buy milk @errand tomorrow", op=key)

    assert ada.get("/tasks").titles == ["Buy milk"]
    assert [link.text() for link in ada.get("/labels").tree.css(".label__name")] == ["errand"]


@pytest.mark.parametrize("several", [False, True])
def test_a_line_sent_again_after_midnight_is_the_task_of_the_day_before(ada: HtmlClient, several: bool) -> None:
    path, field = ("/tasks/several", "lines") if several else ("/tasks", "title")
    form = {field: "Buy milk tomorrow", "op": "6f1ec5be-5a0f-4f7a-9d8e-1f1f6a1c2b3e"}
    ada.post(path, on="/tasks", **form)

    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        ada.post(path, on="/tasks", **form)

    assert ada.get("/tasks").titles == ["Buy milk"]


def test_a_label_with_too_long_a_name_stays_text(ada: HtmlClient) -> None:
    name = "x" * 60
    ada.post("/tasks", title=f"Buy milk @{name}")

    assert ada.get("/tasks").titles == [f"Buy milk @{name}"]
