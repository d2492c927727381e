import pytest

from bench.figures import SAVED, Measured, as_json, goals, percentile


def measured(*rounds: float, **more: float) -> Measured:
    """The figures of a server: requests per second by round, the other figures equal in all rounds."""
    of = Measured()
    for rps in rounds or (100.0,):
        of.add(dict.fromkeys((*SAVED, "postgres_us"), 1.0) | {"rps": rps} | more)
    return of


def results(**servers: Measured):
    start = {name: measured(cold_ms=500.0, cold_without_better_auth_ms=450.0) for name in servers}
    return {"get": servers, "complete": servers, "one": servers, "start": start}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_measured_value(share: float, value: int):
    hundred = list(range(100, 0, -1))

    assert percentile(hundred, share) == value


def test_a_percentile_of_one_value_is_that_value():
    assert percentile([7.0], 0.99) == 7.0


def test_the_median_round_counts_and_the_others_give_the_spread():
    of = measured(90.0, 100.0, 400.0)

    assert of["rps"] == 100.0
    assert of.spread("rps") == pytest.approx(3.1)


def test_the_file_has_every_server_for_both_requests_and_pgbench():
    servers = {name: measured() for name in ("daybook", "fastapi", "django_jinja", "django_templates")}

    kept = as_json(results(**servers) | {"pgbench": {"pgbench": measured(3000.0)}}, machine="a fast one")

    assert kept["get"].keys() == kept["complete"].keys() == servers.keys()
    assert list(kept["get"]["daybook"]) == ["rps", "p50_ms", "p99_ms", "cpu_us", "pss_mb"]
    assert kept["pgbench"] == {"rps": 3000.0}
    assert kept["machine"] == "a fast one"


def test_the_file_has_no_pgbench_without_a_measurement():
    assert "pgbench" not in as_json(results(daybook=measured()))


def test_a_goal_is_a_minimum_or_a_maximum():
    slow, fast = measured(100.0, cpu_us=1000.0), measured(400.0, cpu_us=400.0)

    told = {goal.what: goal for goal in goals(results(daybook=fast, fastapi=slow, django_jinja=slow))}

    assert told["GET /tasks per second: Daybook / FastAPI"].reached
    assert told["CPU per GET: Daybook / Django with Jinja2"].value == pytest.approx(0.4)
    assert not told["CPU per GET: Daybook / Django with Jinja2"].reached


def test_a_goal_against_a_server_that_was_not_measured_is_left_out():
    told = [goal.what for goal in goals(results(daybook=measured()))]

    assert told == ["p99 / p50 with one connection"]
