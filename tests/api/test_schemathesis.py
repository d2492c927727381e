"""Schemathesis asks a running Daybook thousands of things, and compares the answers with its OpenAPI document.

It sends the examples, the edges of every schema, what violates them, random data and sequences of calls.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.databases import Databases, Stage
from tests.factories import Factory
from tests.system.site import Site, running_site
from web.domain.timestamps import utc_now
from web.models.user import User

COMMAND = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
# The addresses that name the user have the same handlers as the others, so one database is enough for them.
NAMES_USER = r"\{user_id\}"
WITHOUT = {"sqlite": [], "postgresql": ["--exclude-path-regex", NAMES_USER]}


def test_the_answers_are_as_the_document_says(dialect: str, databases: Databases, tmp_path: Path) -> None:
    unlimited = {"API_REQUESTS_PER_MINUTE": "0", "USER_BUDGETS": "off"}
    report = tmp_path / "report.ndjson"

    with (
        databases.copy(dialect, Stage.HEAD) as url,
        running_site(url, tmp_path, is_migrated=True, **unlimited) as site,
    ):
        user = site.make.user("Ada")
        make_records(site.make, user)
        _, token = site.make.access_token(user)
        config = tmp_path / CONFIG.name
        config.write_text(CONFIG.read_text().replace("${USER_ID}", user.id) + known_records(site, user, token))
        paths = asked(site, token, "/api/openapi.json")["paths"]
        run = subprocess.run(
            [
                *(COMMAND, "--config-file", config),
                *("run", f"{site.url}/api/openapi.json", "--header", f"Authorization: Bearer {token}"),
                *WITHOUT[dialect],
                *("--no-color", "--report-ndjson-path", report),
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=4 * PATIENCE_SECONDS,
        )

    assert run.returncode == 0, run.stdout
    operations = {f"{method.upper()} {path}" for path in paths for method in paths[path]}
    selected = {name for name in operations if not (WITHOUT[dialect] and re.search(NAMES_USER, name))}
    assert selected - set(successes(report)) == set()


def successes(report: Path) -> Iterator[str]:
    """The operations of the answers with a status of success."""
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case_id, case in recorder.get("cases", {}).items():
            answer = recorder["interactions"].get(case_id, {}).get("response") or {}
            if answer.get("status_code", 0) // 100 == 2:
                yield f"{case['value']['method']} {case['value']['path']}"


def make_records(make: Factory, user: User) -> None:
    """What the API cannot make, or only with a due date, or a change of before."""
    make.feed(user)
    make.delivery(make.webhook(user)[0])
    day = date(2099, 12, 1)
    task = make.task(user, due_on=day, repeat_rule="FREQ=DAILY", repeat_mode="schedule", repeat_anchor=day)
    make.record("reminders", user, task_id=task.id, at=utc_now())


def known_records(site: Site, user: User, token: str) -> str:
    """For operations that find no record by chance: each has its own, which no other one deletes or finishes."""
    make = site.make
    reminders = [make.record("reminders", user, task_id=make.task(user).id, at=utc_now()) for _ in range(2)]
    ids: dict[str, Sequence[Any]] = {
        "DELETE /api/labels/{label_id}": [make.record("labels", user, name=name).id for name in ("one", "two")],
        "DELETE /api/tasks/{task_id}": [make.task(user).id for _ in range(2)],
        "PATCH /api/{user_id}/tasks/{task_id}": [make.task(user).id],
        "DELETE /api/{user_id}/tasks/{task_id}": [make.task(user).id for _ in range(2)],
        "POST /api/imports/{import_id}/begin": [read_file(site, token)],
        "POST /api/imports/{import_id}/cancel": [make.record("imports", user, file_name="a.txt", state="ready").id],
        "POST /api/imports/{import_id}/read": [read_file(site, token)],
        "POST /api/reminders/{reminder_id}/snooze": [reminder.id for reminder in reminders],
        "POST /api/undo/{operation}": [str(make.operation(user)) for _ in range(3)],
    }
    return "".join(_section(number, name, known) for number, (name, known) in enumerate(ids.items()))


def _section(number: int, name: str, known: Sequence[Any]) -> str:
    parameter = name.rpartition("{")[2].partition("}")[0]
    return f"""
[dictionaries.known_{number}]
values = {json.dumps(known)}

[[operations]]
include-name = "{name}"
parameters = {{ "path.{parameter}" = {{ dictionary = "known_{number}" }} }}
"""


def read_file(site: Site, token: str) -> int:
    """The id of an import whose preview is ready."""
    made = asked(site, token, "/api/imports?file_name=todo.txt", b"Buy milk")
    wait_until(lambda: asked(site, token, f"/api/imports/{made['id']}")["state"] == "ready")
    return int(made["id"])


def asked(site: Site, token: str, address: str, body: bytes | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    with urlopen(Request(f"{site.url}{address}", body, headers)) as answer:
        return json.load(answer)
