"""`daybook run` stops every process it started, also when it is killed."""

import os
import signal
import socket
from pathlib import Path

import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.processes import are_gone, children, command_line
from tests.server.command import free_port, running
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


def test_the_port_closes_before_the_last_requests_are_answered(migrated_environment: MigratedEnvironment) -> None:
    """A connection that is accepted while two workers finish would be reset when they have."""
    env = migrated_environment(PORT=str(free_port()), WEB_CONCURRENCY="2")
    address = ("127.0.0.1", int(env["PORT"]))

    with running("serve", env) as process, socket.create_connection(address) as slow:
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9"
        slow.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + form + b"\r\n\r\n")
        process.send_signal(signal.SIGTERM)

        wait_until(lambda: refuses(address))
        slow.sendall(b"email=ada")
        answer = slow.recv(100)

        assert answer.startswith(b"HTTP/1.1 422 ")
        assert process.wait(PATIENCE_SECONDS) == 0


def refuses(address: tuple[str, int]) -> bool:
    with socket.socket() as line:
        return line.connect_ex(address) != 0


def test_a_worker_that_ends_is_replaced_and_logged(migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment(PORT=str(free_port()), WEB_CONCURRENCY="2")

    with running("serve", env) as process:
        command = command_line(process.pid)
        workers = [pid for pid in children(process.pid) if command_line(pid) == command]
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: workers[0] not in children(process.pid) and count_of(command, process.pid) == 2)
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        printed = process.stdout.read() if process.stdout else ""

    assert f"Worker {workers[0]} ended with exit code -9 and was replaced." in printed


def count_of(command: bytes, pid: int) -> int:
    return [command_line(child) for child in children(pid)].count(command)
