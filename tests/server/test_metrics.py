"""What Prometheus reads: requests of all workers by route, on a port of its own, and nothing of a user."""

import os
import re

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from prometheus_client import CollectorRegistry, generate_latest

from testkit.patience import wait_until
from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from tests.server.command import assert_one_error_line, daybook, free_port, running
from tests.server.conftest import MigratedEnvironment
from web.app import with_outer_middleware
from web.http.middleware.metrics import Metrics
from web.server.metrics import serving_metrics
from web.settings import Settings

pytestmark = pytest.mark.databases("sqlite")
COUNT = re.compile(r"^daybook_request_seconds_count\{(.*)\} ([\d.]+)$", re.MULTILINE)


def counts(text: str) -> dict[str, float]:
    return {labels: float(number) for labels, number in COUNT.findall(text)}


def test_requests_are_counted_by_method_route_and_status(app: Litestar, make: Factory) -> None:
    registry = CollectorRegistry()
    with TestClient(Metrics(with_outer_middleware(app), registry), base_url=ORIGIN) as client:
        ada = HtmlClient(client).signed_in_as(make.user("Ada"), make)
        task = make.task(ada.user)
        for path in (f"/tasks/{task.id}", "/tasks?q=private", "/nowhere/private", "/%2e%2e/private", "/tasks/0"):
            ada.get(path)
        ada.ask("PRIVATE", "/tasks", headers={"sec-fetch-site": "same-origin"})

    text = generate_latest(registry).decode()
    assert counts(text) == {
        'method="GET",route="/tasks/{task_id}",status="200"': 1,
        'method="GET",route="/tasks/{task_id}",status="404"': 1,
        'method="GET",route="/tasks",status="200"': 1,
        'method="GET",route="unknown",status="404"': 2,
        'method="other",route="unknown",status="405"': 1,
    }
    assert "private" not in text.lower()
    assert ada.user.id not in text


def test_without_a_port_nothing_is_counted_and_nothing_served(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    settings: Settings = app.state.settings

    with serving_metrics(settings.metrics_port):
        is_collecting = "PROMETHEUS_MULTIPROC_DIR" in os.environ

    assert (settings.metrics_port, is_collecting) == (0, False)
    assert not isinstance(with_outer_middleware(app), Metrics)


def test_all_workers_are_counted_together(migrated_environment: MigratedEnvironment) -> None:
    ports = {"PORT": str(free_port()), "METRICS_PORT": str(free_port())}
    env = migrated_environment(**ports, WEB_CONCURRENCY="2", LOG_LEVEL="error")

    with running("serve", env):
        site, metrics = (f"http://127.0.0.1:{ports[name]}" for name in ("PORT", "METRICS_PORT"))
        before = sum(counts(httpx.get(f"{metrics}/metrics").text).values())
        for _ in range(20):
            httpx.get(f"{site}/sign-in")

        wait_until(lambda: sum(counts(httpx.get(f"{metrics}/metrics").text).values()) >= before + 20)
        assert httpx.get(f"{site}/metrics").status_code == 404


def test_a_port_in_use_is_one_sentence(migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment(PORT=str(free_port()), METRICS_PORT=str(free_port()))

    with running("serve", env):
        refused = daybook("serve", {**env, "PORT": str(free_port())})

    assert_one_error_line(refused, f"METRICS_PORT {env['METRICS_PORT']} cannot be opened")
