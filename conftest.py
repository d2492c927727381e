"""Shared by all tests, those of `packages/` too: real servers, files in memory, the slowest files first."""

import gc
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from testkit.temporary import use_memory_for_temporary_files

pytest_plugins = ["testkit.fixtures"]

use_memory_for_temporary_files()

ROOT = Path(__file__).parent
# Two workers start a browser and a site, instead of one start for each file.
BROWSER_FILES = [
    file.relative_to(ROOT).as_posix()
    for file in sorted((ROOT / "tests" / "system").glob("test_*.py"))
    if file.name != "test_lost_connections.py"
]
# The slowest first, so that no worker has a long file left when the others are done.
LONGEST_FIRST = (
    *BROWSER_FILES,
    "tests/schema/test_revisions.py",
    "tests/schema/test_migrate.py",
    "tests/system/test_lost_connections.py",
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
)
RANKS = {name: rank for rank, name in enumerate(LONGEST_FIRST)}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sqlite-only", action="store_true", help="leave out all tests that need a PostgreSQL")


class FilesPerWorker(LoadScopeScheduling):
    """Like `--dist loadfile`, but the browser tests are two units of work, whatever their files."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return f"browser {BROWSER_FILES.index(file) % 2}" if file in BROWSER_FILES else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesPerWorker | None:
    if config.getoption("dist") != "loadfile":
        return None
    # xdist would order files by their number of tests.
    config.option.loadscopereorder = False
    return FilesPerWorker(config, log)


def pytest_configure() -> None:
    if missing := [name for name in LONGEST_FIRST if not (ROOT / name).exists()]:
        raise pytest.UsageError(f"conftest.py orders files that do not exist: {', '.join(missing)}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("sqlite_only"):
        config.hook.pytest_deselected(items=[item for item in items if _needs_postgresql(item)])
        items[:] = [item for item in items if not _needs_postgresql(item)]
    items.sort(key=lambda item: RANKS.get(item.nodeid.partition("::")[0], len(RANKS)))


def pytest_collection_finish() -> None:
    """Excludes modules and collected tests from garbage collection, which would walk through them again and again."""
    gc.collect()
    gc.freeze()


def _needs_postgresql(item: pytest.Item) -> bool:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return parameters.get("dialect") == "postgresql" or "postgres" in getattr(item, "fixturenames", ())
