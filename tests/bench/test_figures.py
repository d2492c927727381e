import pytest

from bench.figures import SAVED, Measured, as_json, goals, percentile


def measured(*rounds: float, **more: float) -> Measured:
    """A server's numbers: requests a second in each round, everything else the same in all."""
    of = Measured()
    for rps in rounds or (100.0,):
        of.add(dict.fromkeys((*SAVED, "postgres_us"), 1.0) | {"rps": rps} | more)
    return of


def results(**servers: Measured):
    start = {name: measured(cold_ms=500.0, cold_without_better_auth_ms=450.0, bytes=60_000.0) for name in servers}
    return {"get": servers, "complete": servers, "one": servers, "start": start}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_seen(share: float, value: int):
    hundred = list(range(100, 0, -1))

    assert percentile(hundred, share) == value


def test_a_percentile_of_one_value_is_that_value():
    assert percentile([7.0], 0.99) == 7.0


def test_the_round_in_the_middle_counts_and_the_others_tell_how_sure_it_is():
    of = measured(90.0, 100.0, 400.0)

    assert of["rps"] == 100.0
    assert of.spread("rps") == pytest.approx(3.1)


def test_the_file_holds_every_server_for_both_acts_and_the_limit():
    servers = {name: measured() for name in ("daybook", "fastapi", "django_jinja", "django_templates")}

    kept = as_json(results(**servers) | {"pgbench": {"pgbench": measured(3000.0)}}, machine="a fast one")

    assert kept["get"].keys() == kept["complete"].keys() == servers.keys()
    assert list(kept["get"]["daybook"]) == ["rps", "p50_ms", "p99_ms", "cpu_us", "pss_mb"]
    assert kept["pgbench"] == {"rps": 3000.0}
    assert kept["machine"] == "a fast one"


def test_the_file_has_no_limit_where_there_was_no_pgbench():
    assert "pgbench" not in as_json(results(daybook=measured()))


def test_a_goal_is_reached_from_above_or_from_below():
    slow, fast = measured(100.0, cpu_us=1000.0), measured(400.0, cpu_us=400.0)

    told = {goal.what: goal for goal in goals(results(daybook=fast, fastapi=slow, django_jinja=slow))}

    assert told["GET /tasks per second: Daybook / FastAPI"].reached
    assert told["CPU per GET: Daybook / Django with Jinja2"].value == pytest.approx(0.4)
    assert not told["CPU per GET: Daybook / Django with Jinja2"].reached


def test_a_goal_over_a_server_that_was_not_measured_is_not_told():
    told = [goal.what for goal in goals(results(daybook=measured()))]

    assert told == ["p99 / p50 with one connection"]
