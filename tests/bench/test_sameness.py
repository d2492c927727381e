import json

import pytest

from bench.sameness import NotTheSame, TaskList, require_same

ROW = """<li id="task-7" class="task"><form action="/tasks/7/complete" method="post"><button>○</button></form>
<a class="task__title" href="/tasks/7">Buy milk</a> <p>Added <time>21 Nov</time></p></li>"""
PAGE = f"""<body><nav id="counts" data-all="2" data-pending="2" data-completed="0">All 2</nav>
<ul>{ROW}{ROW.replace("7", "8")}</ul></body>"""


def require(theirs: str, *, times: bool = True) -> None:
    require_same(TaskList.read(PAGE.encode(), times=times), TaskList.read(theirs.encode(), times=times), "the peer")


def test_white_space_does_not_matter():
    require(PAGE.replace("><", ">\n      <"))


@pytest.mark.parametrize(
    ("theirs", "complaint"),
    [
        (PAGE.replace(ROW, ""), "1 rows instead of 2"),
        (PAGE.replace("Buy milk", "Buy", 1), "its rows"),
        (PAGE.replace("<button>○</button>", "○", 1), "its elements"),
        (PAGE.replace('action="/tasks/8/complete"', 'action="/tasks/7/complete"'), "its targets"),
        (PAGE.replace('data-completed="0"', 'data-completed="1"'), "its counts"),
        (PAGE.replace("<body>", f"<body>{'<p>more</p>' * 10}"), "bytes instead of"),
        (PAGE.replace("21 Nov", "22 Nov", 1), "its rows"),
    ],
)
def test_a_page_with_less_or_other_content_is_refused(theirs: str, complaint: str):
    with pytest.raises(NotTheSame, match=f"the peer.*{complaint}"):
        require(theirs)


def test_times_can_be_left_out_of_the_comparison():
    require(PAGE.replace("21 Nov", "22 Nov"), times=False)


def test_an_empty_list_is_not_the_same_as_a_full_one():
    with pytest.raises(NotTheSame):
        require("<body></body>")


TASK = {
    "id": 7,
    "title": "Buy milk",
    "description": 100 * "a",
    "created_at": "2026-11-21T10:00:00Z",
    "updated_at": "2026-11-21T10:00:00Z",
}
ANSWER = {"items": [TASK], "next": "a~7", "counts": {"all": 2}}


def require_json(theirs: object, ours: object = ANSWER, *, times: bool = True) -> None:
    our, their = (TaskList.read_json(json.dumps(one).encode(), times=times) for one in (ours, theirs))
    require_same(our, their, "the peer")


def test_a_moment_may_be_written_in_another_way():
    require_json({**ANSWER, "items": [{**TASK, "created_at": "2026-11-21T10:00:00+00:00"}], "next": "a"})


@pytest.mark.parametrize(
    ("theirs", "complaint"),
    [
        ({**ANSWER, "items": []}, "0 rows instead of 1"),
        ({**ANSWER, "items": [{**TASK, "title": "Buy"}]}, "its rows"),
        ({**ANSWER, "items": [{**TASK, "updated_at": "2026-11-22T10:00:00Z"}]}, "its rows"),
        ({**ANSWER, "counts": {"all": 3}}, "its counts"),
        ({**ANSWER, "next": None}, "its counts"),
    ],
)
def test_an_answer_with_less_or_other_content_is_refused(theirs: object, complaint: str):
    with pytest.raises(NotTheSame, match=f"the peer.*{complaint}"):
        require_json(theirs)


def test_one_task_is_compared_without_what_its_change_set():
    require_json({**TASK, "updated_at": "2026-11-22T10:00:00Z"}, TASK, times=False)
