"""Schemathesis asks a running Daybook thousands of things, and compares the answers with its OpenAPI document.

It sends the examples, the edges of every schema, what violates them, random data and sequences of calls.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path

from testkit.patience import PATIENCE_SECONDS
from tests.databases import Databases, Stage
from tests.factories import Factory
from tests.system.site import running_site
from web.domain.timestamps import utc_now
from web.models.user import User

COMMAND = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
# The addresses that name the user have the same handlers as the others, so one database is enough for them.
WITHOUT = {"sqlite": [], "postgresql": ["--exclude-path-regex", r"\{user_id\}"]}


def test_the_answers_are_as_the_document_says(dialect: str, databases: Databases, tmp_path: Path) -> None:
    unlimited = {"API_REQUESTS_PER_MINUTE": "0", "USER_BUDGETS": "off"}

    with (
        databases.copy(dialect, Stage.HEAD) as url,
        running_site(url, tmp_path, is_migrated=True, **unlimited) as site,
    ):
        user = site.make.user("Ada")
        make_records(site.make, user)
        _, token = site.make.access_token(user)
        config = tmp_path / CONFIG.name
        config.write_text(CONFIG.read_text().replace("${USER_ID}", user.id))
        run = subprocess.run(
            [
                *(COMMAND, "--config-file", config),
                *("run", f"{site.url}/api/openapi.json", "--header", f"Authorization: Bearer {token}"),
                *WITHOUT[dialect],
                "--no-color",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=4 * PATIENCE_SECONDS,
        )

    assert run.returncode == 0, run.stdout


def make_records(make: Factory, user: User) -> None:
    """What the API cannot make, or only with a due date, a file that was read, or a change of before."""
    make.feed(user)
    make.delivery(make.webhook(user)[0])
    make.record("imports", user, file_name="tasks.txt", state="ready")
    day = date(2099, 12, 1)
    task = make.task(user, due_on=day, repeat_rule="FREQ=DAILY", repeat_mode="schedule", repeat_anchor=day)
    make.record("reminders", user, task_id=task.id, at=utc_now())
