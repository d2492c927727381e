"""Shared by all tests, those of `packages/` too: real servers, files in memory, the slowest files first."""

import gc
import os
from itertools import groupby
from pathlib import Path

import pytest

from testkit.temporary import use_memory_for_temporary_files

pytest_plugins = ["testkit.fixtures", "tests.hostile.claims"]

use_memory_for_temporary_files()

ROOT = Path(__file__).parent
BROWSER_FILES = [
    file.relative_to(ROOT).as_posix()
    for file in sorted((ROOT / "tests" / "system").glob("test_*.py"))
    if file.name != "test_lost_connections.py"
]
# The slowest of the others, in this order.
LONG_FILES = [
    "tests/hostile/test_api.py",
    "tests/hostile/test_pages.py",
    "tests/hostile/test_faults.py",
    "tests/schema/test_revisions.py",
    "tests/schema/test_migrate.py",
    "tests/system/test_lost_connections.py",
    "tests/test_adding_a_noun.py",
    "tests/services/test_reminder_queue.py",
    "tests/services/test_reminder_sending.py",
    "packages/model-doctor/tests/test_packages.py",
    "packages/model-doctor/tests/test_definitions.py",
    "tests/schema/test_doctor.py",
    "tests/server/test_serve.py",
    "tests/db/test_writing_at_once.py",
    "tests/schema/test_indexes.py",
    "tests/server/test_better_auth.py",
    "tests/server/test_command_errors.py",
    "tests/test_seeds.py",
    "tests/schema/test_operations.py",
    "tests/auth/test_rate_limits.py",
    "packages/testkit/tests/test_servers.py",
]
# A worker starts with one of them, so that none has a long file left when the others are done, and few start a browser.
STARTS = [BROWSER_FILES[::2], LONG_FILES, BROWSER_FILES[1::2]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sqlite-only", action="store_true", help="leave out all tests that need a PostgreSQL")
    parser.addoption("--both-databases", action="store_true", help="run tests of controllers on SQLite and PostgreSQL")


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: browser and servers let a worker wait for about a seventh of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    if missing := [name for name in LONG_FILES if not (ROOT / name).exists()]:
        raise pytest.UsageError(f"conftest.py orders files that do not exist: {', '.join(missing)}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("sqlite_only"):
        config.hook.pytest_deselected(items=[item for item in items if _needs_postgresql(item)])
        items[:] = [item for item in items if not _needs_postgresql(item)]
    items[:] = _shared_out(items, getattr(config, "workerinput", {}).get("workercount", 1))


def _shared_out(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """In the order in which xdist deals them out: to each worker as many, one behind the other."""
    by_file = groupby(sorted(items, key=_file_of), key=_file_of)
    files = {name: list(found) for name, found in by_file}
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for place, start in enumerate(STARTS):
        shares[place % workers] += [item for name in start for item in files.pop(name, ())]
    quick = [item for found in files.values() for item in found]
    for place, share in enumerate(shares):
        missing = max(0, len(items) // workers - len(share)) if place < workers - 1 else len(quick)
        share += quick[:missing]
        del quick[:missing]
    return [item for share in shares for item in share]


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_collection_finish() -> None:
    """Excludes modules and collected tests from garbage collection, which would walk through them again and again."""
    gc.collect()
    gc.freeze()


def _needs_postgresql(item: pytest.Item) -> bool:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return parameters.get("dialect") == "postgresql" or "postgres" in getattr(item, "fixturenames", ())
