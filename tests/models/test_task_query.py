"""Task queries are written to URLs and read from them."""

import pytest

from web.models.task_query import TaskQuery


@pytest.mark.parametrize(
    "address",
    [
        "/tasks",
        "/tasks?status=all",
        "/tasks?status=pending",
        "/tasks?status=completed",
        "/tasks?q=a+b%26c",
        "/tasks?status=pending&q=a",
        "/tasks?sort=title&after=Buy+milk~7",
    ],
)
def test_a_query_read_from_a_url_gives_the_same_url(address: str) -> None:
    assert TaskQuery.read_url(address).url() == address


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tasks", "pending"),
        ("/tasks?status=gone", "pending"),
        ("/tasks?q=milk", "all"),
        ("/tasks?status=open&q=milk", "pending"),
        ("/tasks?status=completed&q=milk", "completed"),
        ("/tasks?status=all", "all"),
    ],
)
def test_open_tasks_are_shown_and_words_find_all_unless_chosen(address: str, status: str) -> None:
    assert TaskQuery.read_url(address).shown_status == status


def test_the_url_of_another_page_is_the_default_query() -> None:
    assert TaskQuery.read_url("/tasks/7?q=milk") == TaskQuery()


def test_changing_one_parameter_keeps_the_others() -> None:
    view = TaskQuery(status="pending", q="milk", after="x~1")

    assert view.url(status="all", after="") == "/tasks?status=all&q=milk"
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
def test_a_refined_query_differs_in_a_present_search_text_only(
    before: TaskQuery, after: TaskQuery, refines: bool
) -> None:
    assert after.refines(before) is refines


@pytest.mark.parametrize(
    ("shown", "kept", "size"),
    [("100", "/tasks?shown=100", 100), ("119", "/tasks?shown=100", 100), ("99999", "/tasks?shown=1000", 1000)]
    + [(odd, "/tasks", 50) for odd in ("", "0", "50", "99", "-1", "x", "１００", "9" * 30)],
)
def test_the_url_holds_the_number_of_tasks_shown(shown: str, kept: str, size: int) -> None:
    view = TaskQuery.read({"shown": shown})

    assert (view.url(), view.size) == (kept, size)


def test_each_next_page_raises_the_number_of_tasks_shown() -> None:
    second = TaskQuery(q="milk").onward("x~1")
    third = second.onward("y~2")

    assert (second.url(), second.size) == ("/tasks?q=milk&after=x~1&shown=100", 50)
    assert third.url(after="") == "/tasks?q=milk&shown=150"
