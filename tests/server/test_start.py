"""`daybook serve` imports only what pages need, because the first page waits for all imports."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.server.command import answers, free_port, sign_up
from tests.server.conftest import MigratedEnvironment
from web.settings import ROOT

# For other commands, consoles, databases and push services: importing these took as long as importing what pages need.
NOT_FOR_PAGES = (
    *("alembic", "mako", "rich", "pygments", "sqlalchemy.dialects.mssql"),
    *("webpush", "jwt", "cryptography", "email_validator", "web.push.message"),
    *("icalendar", "web.http.api.openapi", "prometheus_client"),
    *("web.schema.migrate", "web.schema.plan", "model_doctor", "web.seeds", "web.schema.backup"),
)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serving_loads_no_module_of_other_commands(
    folder: Path, migrated_environment: MigratedEnvironment, workers: str
) -> None:
    env = migrated_environment(PORT=str(free_port()), WEB_CONCURRENCY=workers)

    loaded = modules_loaded_by_serving(env, folder / "imports")

    assert {"litestar", "sqlmodel", "httpx", "web.services.tasks"} <= loaded
    assert not [name for name in loaded if name.startswith(tuple(f"{other}." for other in NOT_FOR_PAGES))]
    assert not loaded & set(NOT_FOR_PAGES)


def modules_loaded_by_serving(env: dict[str, str], report: Path) -> set[str]:
    """By all of its Python processes, from the start until a user has signed up and seen a page."""
    command = [sys.executable, "-X", "importtime", "-m", "web.cli", "serve"]
    with report.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
        try:
            wait_until(lambda: answers(int(env["PORT"])) or process.poll() is not None)
            cookie = sign_up(int(env["PORT"])).headers["set-cookie"].partition(";")[0]
            page = httpx.get(
                f"http://127.0.0.1:{env['PORT']}/tasks", headers={"cookie": cookie}, timeout=PATIENCE_SECONDS
            )
        finally:
            process.terminate()
            process.wait()
    assert page.status_code == 200
    lines = [line for line in report.read_text().splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}
