"""Schemathesis asks a running Daybook thousands of things, and compares the answers with its OpenAPI document.

It sends the examples, the edges of every schema, what violates them, random data and sequences of calls.
"""

import subprocess
import sys
from pathlib import Path

from testkit.patience import PATIENCE_SECONDS
from tests.databases import settings_for
from tests.system.site import running_site

COMMAND = Path(sys.executable).with_name("schemathesis")
# Of random data, for each operation; it is the same data every time.
EXAMPLES = 3
# The addresses that name the user have the same handlers as the others, so one database is enough for them.
WITHOUT = {"sqlite": [], "postgresql": ["--exclude-path-regex", r"\{user_id\}"]}


def test_the_answers_are_as_the_document_says(dialect: str, database_url: str, tmp_path: Path) -> None:
    url = settings_for(database_url).database_url.render_as_string(hide_password=False)

    with running_site(url, tmp_path, API_REQUESTS_PER_MINUTE="0", USER_BUDGETS="off") as site:
        _, token = site.make.access_token(site.make.user("Ada"))
        run = subprocess.run(
            [
                *(COMMAND, "--config-file", Path(__file__).with_name("schemathesis.toml")),
                *("run", f"{site.url}/api/openapi.json", "--header", f"Authorization: Bearer {token}"),
                *WITHOUT[dialect],
                *("--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color"),
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=4 * PATIENCE_SECONDS,
        )

    assert run.returncode == 0, run.stdout
