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


@pytest.mark.parametrize(
    ("shown", "kept", "size"),
    [("100", "/tasks?shown=100", 100), ("119", "/tasks?shown=100", 100), ("99999", "/tasks?shown=1000", 1000)]
    + [(odd, "/tasks", 50) for odd in ("", "0", "50", "99", "-1", "x", "１００", "9" * 30)],
)
def test_the_address_says_how_much_was_shown(shown: str, kept: str, size: int) -> None:
    view = TaskQuery.read({"shown": shown})

    assert (view.url(), view.size) == (kept, size)


def test_each_page_onward_is_one_more_shown() -> None:
    second = TaskQuery(q="milk").onward("x~1")
    third = second.onward("y~2")

    assert (second.url(), second.size) == ("/tasks?q=milk&after=x~1&shown=100", 50)
    assert third.url(after="") == "/tasks?q=milk&shown=150"
