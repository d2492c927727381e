"""`daybook doctor` on Daybook's own models and database."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from model_doctor import examine
from sqlalchemy import make_url, text

from testkit.patience import PATIENCE_SECONDS
from tests.schema.test_drift import BY_HAND, change_by_hand
from web.cli import DOCTOR_MODULES
from web.database_url import canonical
from web.schema.locks import migration_engine
from web.schema.migrate import metadata
from web.settings import ROOT, Settings

DAYBOOK = ROOT / ".venv" / "bin" / "daybook"
NO_FINDINGS = f"no findings in {len(metadata.tables)} tables.\n"


def doctor(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment}
    return subprocess.run(
        [DAYBOOK, "doctor", *options], cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )


def test_our_own_models_are_clean() -> None:
    answer = doctor(ROOT)

    assert (answer.returncode, answer.stdout) == (0, NO_FINDINGS), answer.stdout


def test_our_models_import_no_web_framework(tmp_path: Path) -> None:
    heavy = ("litestar", "uvicorn", "httpx", "jinja2", "web.app", "web.controllers")
    (tmp_path / "spy.py").write_text(f"import sys\nassert not set({heavy!r}) & set(sys.modules), sys.modules\n")

    answer = doctor(tmp_path, "web.schema.migrate", "web.models", "spy")

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_our_migrated_database_and_our_models_are_the_same(migrated: Settings) -> None:
    url = migrated.direct_database_url.render_as_string(hide_password=False)

    answer = doctor(ROOT, "--database", DATABASE_URL=url)

    assert (answer.returncode, answer.stdout) == (0, NO_FINDINGS), answer.stdout + answer.stderr


@pytest.mark.parametrize("what", BY_HAND)
def test_what_drift_finds_the_doctor_finds(at_head: Settings, what: str) -> None:
    change_by_hand(at_head, what)

    report = examine(DOCTOR_MODULES, make_url(canonical(at_head.database_url)))

    # In the process of the test, whose modules are imported already: a second for each instead of two.
    named = BY_HAND[what][1].rpartition(".")[2]
    assert any(named in f"{finding.message} {finding.subjects}" for finding in report.findings), report.findings


def test_comparing_changes_nothing(at_head: Settings) -> None:
    with read_only(at_head) as address:
        answer = doctor(ROOT, "--database", DATABASE_URL=address)

    assert answer.returncode == 0, answer.stdout + answer.stderr


@contextmanager
def read_only(settings: Settings) -> Iterator[str]:
    """The database where nothing may change: a role that may only SELECT; a file that must keep its bytes."""
    if settings.database_url.drivername == "sqlite":
        before = Path(str(settings.database_url.database)).read_bytes()
        yield settings.node_database_url()
        assert Path(str(settings.database_url.database)).read_bytes() == before
        return
    role, engine = f"reader_{uuid4().hex}", migration_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'looking'"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    yield settings.database_url.set(username=role, password="looking").render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP INDEX ix_tasks_open_title", "the index ix_tasks_open_title is missing in the database"),
        (
            "CREATE INDEX ix_more ON tasks (lower(idempotency_key))",
            "the database has the index ix_more, and the model does not",
        ),
    ],
)
@pytest.mark.databases("postgresql")
def test_indexes_on_expressions_are_compared_by_name(at_head: Settings, statement: str, words: str) -> None:
    with migration_engine(at_head.database_url).begin() as connection:
        connection.exec_driver_sql(statement)

    answer = doctor(ROOT, "--database", DATABASE_URL=at_head.database_url.render_as_string(hide_password=False))

    assert answer.returncode == 1
    assert words in " ".join(answer.stdout.split())
