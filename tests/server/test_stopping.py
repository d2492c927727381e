"""`daybook run` stops every process it started, also when it is killed."""

import signal
from pathlib import Path

import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.server.command import are_gone, children, free_port, running
from tests.server.conftest import MigratedEnvironment


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_processes(
    folder: Path, migrated_environment: MigratedEnvironment, how: signal.Signals
) -> None:
    env = migrated_environment(PORT=str(free_port()))

    with running("run", env) as process:
        descendants = children(process.pid)
        process.send_signal(how)
        code = process.wait(PATIENCE_SECONDS)

    assert descendants
    assert code == 0
    assert are_gone(descendants)
    assert not list(folder.glob("daybook-*"))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killing_it_leaves_no_orphan(migrated_environment: MigratedEnvironment, workers: str) -> None:
    env = migrated_environment(PORT=str(free_port()), WEB_CONCURRENCY=workers)

    with running("run", env) as process:
        descendants = children(process.pid)
        process.kill()

    wait_until(lambda: are_gone(descendants))
