"""The generated requests are the same for the same seed, and each can be made again from what is printed."""

from tests.hostile.generating import FORM, Request, Target, requests

TARGETS = [
    Target("GET", "/api/tasks", query=("q", "due")),
    Target("PUT", "/api/tasks/{task_id:int}", {"task_id": [7]}, {"title": "Buy milk", "due_on": "2027-03-02"}),
    Target("POST", "/tasks/{task_id:int}/due", {"task_id": [7]}, {"due_on": "2027-03-02"}, media_type=FORM),
]


def test_a_request_depends_on_the_seed_and_its_number_alone() -> None:
    long, short, late, other = (
        list(requests(TARGETS, seed, count, start=start))
        for seed, count, start in ((1, 300, 0), (1, 200, 0), (1, 100, 200), (2, 300, 0))
    )

    assert long == short + late
    assert long != other


def test_a_printed_request_is_the_same_request() -> None:
    made = list(requests(TARGETS, 1, 300))

    assert [eval(str(one), {"Request": Request}) for one in made] == made


def test_a_part_of_them_is_valid_but_for_one_thing() -> None:
    made = list(requests(TARGETS, 1, 300))

    assert sum(one.path in ("/api/tasks", "/api/tasks/7", "/tasks/7/due") for one in made) > 200
    assert 0 < sum(one.body == b'{"title": "Buy milk", "due_on": "2027-03-02"}' for one in made) < 75
