"""After a power cut, SQLite has every acknowledged write: with the PRAGMAs of web/db/sqlite.py, on a modelled disk."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import apsw
import pytest
from sqlalchemy import make_url

from tests.databases import Databases, Stage, settings_for
from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.lengths import length
from tests.hostile.power import NAME, Disk, PowerCut
from tests.hostile.writing import integrity_of
from web.db.database import Database
from web.db.sqlite import PRAGMAS

pytestmark = pytest.mark.databases("sqlite")

MOST_WRITES = 400
# So that checkpoints are cut too.
SMALL_LOG = "PRAGMA wal_autocheckpoint=15"


@pytest.fixture
def prepared(databases: Databases, tmp_path: Path) -> Path:
    """A migrated file with one user."""
    with databases.copy("sqlite", Stage.HEAD) as url:
        database = Database(settings_for(url).database_url)
        Factory(database).user("Ada")
        database.forget_removed()
        database.close()
        return Path(shutil.copy(str(make_url(url).database), tmp_path / "prepared.db"))


def write_until_cut(disk: Disk, file: Path, pragmas: tuple[str, ...]) -> list[str]:
    """Add tasks, each in a transaction, until the power fails; the titles whose COMMIT returned."""
    acknowledged: list[str] = []
    connection = apsw.Connection(str(file), vfs=NAME)
    with suppress(PowerCut, apsw.Error):
        for pragma in (*pragmas, SMALL_LOG):
            connection.execute(pragma)
        while True:
            title = f"Task {len(acknowledged)}"
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO tasks (user_id, title) SELECT id, ? FROM users", (title,))
            connection.execute("COMMIT")
            acknowledged.append(title)
    disk.writes_left = 0
    with suppress(PowerCut, apsw.Error):
        connection.close()
    return acknowledged


def lost_by_a_cut(prepared: Path, folder: Path, pragmas: tuple[str, ...], chance: Random) -> tuple[int, int]:
    """How many writes were acknowledged before a power cut at a random moment, and how many are gone after it."""
    running, synced, found = (folder / name for name in ("running", "synced", "found"))
    for one in (running, synced, found):
        one.mkdir(parents=True)
    file = Path(shutil.copy(prepared, running / "daybook.db"))
    disk = Disk(running, synced)
    disk.keep(file)
    disk.writes_left = chance.randint(20, MOST_WRITES)
    acknowledged = write_until_cut(disk, file, pragmas)
    disk.after_power_cut(found, chance)

    assert integrity_of(found / "daybook.db") == "ok"
    with closing(sqlite3.connect(found / "daybook.db")) as connection:
        stored = {title for (title,) in connection.execute("SELECT title FROM tasks")}
    shutil.rmtree(folder)
    return len(acknowledged), len(set(acknowledged) - stored)


def cuts(prepared: Path, folder: Path, pragmas: tuple[str, ...], count: int) -> tuple[int, int]:
    chance = Random(12)
    results = [lost_by_a_cut(prepared, folder / str(number), pragmas, chance) for number in range(count)]
    return sum(acknowledged for acknowledged, _ in results), sum(lost for _, lost in results)


def test_a_power_cut_loses_no_acknowledged_write(prepared: Path, tmp_path: Path, claim: Claim) -> None:
    count = length(20, 1_000)

    acknowledged, lost = cuts(prepared, tmp_path, PRAGMAS, count)

    assert acknowledged > count
    assert lost == 0
    claim("power cut, SQLite on a modelled disk", count, f"{acknowledged:,} acknowledged, 0 lost, file intact")


def test_the_model_loses_what_is_not_synced(prepared: Path, tmp_path: Path) -> None:
    """With synchronous=NORMAL, SQLite syncs its log at checkpoints only."""
    careless = tuple(pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in PRAGMAS)

    _, lost = cuts(prepared, tmp_path, careless, 20)

    assert careless != PRAGMAS
    assert lost > 0
