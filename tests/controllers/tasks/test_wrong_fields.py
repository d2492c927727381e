"""Where the focus is after a small form of a task was refused."""

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from web.domain.timestamps import utc_now


@pytest.mark.parametrize(
    ("form", "fields", "wrong"),
    [
        ("due", {"words": "someday maybe"}, "words"),
        ("due", {"due_on": "", "due_time": "10:00"}, "due_time"),
        ("start", {"words": "feb 30"}, "words"),
        ("repeat", {"words": "every cloud"}, "words"),
        ("repeat", {"words": "every day", "repeat_left": "0"}, "repeat_left"),
        ("move", {"list_id": "0", "name": "x" * 101}, "name"),
        ("labels", {"name": "x" * 51}, "name"),
        ("reminders", {"on": "2020-01-01", "at": "10:00"}, "on"),
    ],
)
def test_the_field_that_is_wrong_has_the_focus(
    ada: HtmlClient, make: Factory, form: str, fields: dict[str, str], wrong: str
) -> None:
    make.record("labels", ada.user, name="errand")
    task = make.task(ada.user, due_on=utc_now().date())

    answer = ada.post(f"/tasks/{task.id}/{form}", **fields, version="1")

    focused = [field.attributes["name"] for field in answer.tree.css(f"#{form}-{task.id} [autofocus]")]
    assert (answer.status, focused[:1]) == (422, [wrong])
