"""docs/api.md: its examples run in their order, and it names every operation of the API."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from testkit.patience import PATIENCE_SECONDS
from tests.databases import Databases, Stage
from tests.system.site import running_site
from web.auth.node import find_node
from web.http.api.openapi import operations_of
from web.seeds import demo
from web.settings import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text()
NEW_USER = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}

pytestmark = pytest.mark.databases("sqlite")


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def environment(dialect: str, databases: Databases, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the examples need of a running Daybook; `curl` and HTTPie find their settings in an empty home."""
    with databases.copy(dialect, Stage.HEAD) as url, running_site(url, tmp_path, is_migrated=True) as site:
        httpx.post(f"{site.url}/api/auth/sign-up/email", json=NEW_USER).raise_for_status()
        user = site.user(NEW_USER["email"])
        # As the demo user, whom a reader takes for the first try: names can be taken.
        for noun, names in (("lists", [name for name, *_ in demo.LISTS]), ("labels", ["errand", "desk", "phone"])):
            for name in names:
                site.make.record(noun, user, name=name)
        _, token = site.make.access_token(user)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        account = {"EMAIL": NEW_USER["email"], "PASSWORD": NEW_USER["password"]}
        yield {"DAYBOOK": site.url, "TOKEN": token, **account, "PATH": path, "HOME": str(tmp_path)}


def test_the_examples_run(environment: dict[str, str]) -> None:
    """In one Daybook, which takes longer to start than they take."""
    has_curl = shutil.which("curl", path=environment["PATH"])
    if has_curl:
        shell = "set -eo pipefail\n" + "\n".join(examples("sh"))
        run(["bash", "-xc", shell], environment)
    for script in examples("python"):
        run([sys.executable, "-c", script], environment)
    run_javascript(environment)
    if not has_curl:
        pytest.skip("This machine has no curl, so the examples for a shell did not run; the others did.")


@pytest.mark.databases("postgresql")
def test_the_client_of_better_auth_works_on_postgresql_too(environment: dict[str, str]) -> None:
    run_javascript(environment)


def test_every_operation_is_named(app: Litestar) -> None:
    addresses = {(one.method, one.address) for one in operations_of(app) if "{user_id}" not in one.address}

    missing = [f"{method} {address}" for method, address in sorted(addresses) if not is_named(method, address)]

    assert missing == []


def is_named(method: str, address: str) -> bool:
    """By its method and its address, or in a list of methods before the address."""
    return re.search(rf"{method}\b[^\n/]*(?:\n[^\n/]*)?{re.escape(address)}(?![\w/{{])", PAGE) is not None


def run_javascript(environment: dict[str, str]) -> None:
    for script in examples("js"):
        run([str(find_node()), "--input-type=module", "--eval", script], environment)


def run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, env=environment, cwd=ROOT / "auth", capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
