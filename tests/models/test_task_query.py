"""The address of a view and back."""

import pytest

from web.models.task_query import TaskQuery


@pytest.mark.parametrize(
    "address",
    ["/tasks", "/tasks?status=pending", "/tasks?q=a+b%26c", "/tasks?sort=title&after=Buy+milk~7", "/tasks?status=all"],
)
def test_a_view_has_one_address(address: str) -> None:
    assert TaskQuery.read_url(address).url() == address.replace("?status=all", "")


def test_another_page_is_the_usual_view() -> None:
    assert TaskQuery.read_url("/tasks/7?q=milk") == TaskQuery()


def test_changes_keep_the_rest() -> None:
    view = TaskQuery(status="pending", q="milk", after="x~1")

    assert view.url(status="all", after="") == "/tasks?q=milk"
    assert view.url(deleted="7") == "/tasks?status=pending&q=milk&after=x~1&deleted=7"


@pytest.mark.parametrize(
    ("before", "after", "refines"),
    [
        (TaskQuery(), TaskQuery(), True),
        (TaskQuery(q="mi"), TaskQuery(q="milk"), True),
        (TaskQuery(), TaskQuery(q="milk"), False),
        (TaskQuery(q="milk"), TaskQuery(), False),
        (TaskQuery(q="mi"), TaskQuery(q="mi", status="pending"), False),
    ],
)
def test_only_typing_on_refines(before: TaskQuery, after: TaskQuery, refines: bool) -> None:
    assert after.refines(before) is refines
