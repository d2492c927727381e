"""Settings in pyproject.toml, comments that ignore, and the baseline."""

from pathlib import Path

import pytest

from test_cli import codes_in, doctor

MODELS = """
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table

metadata = MetaData()
tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String),
    Column("extras", JSON, default={}),
)
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("words", JSON, default=[]),
)
"""
JSON_FORMAT = ("--format", "json")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "models.py").write_text(MODELS)
    return tmp_path


def configured(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.model-doctor]\n{text}")


def test_modules_levels_and_ignore_are_read(project: Path) -> None:
    configured(project, 'modules = ["models"]\nlevels = ["taste"]\nselect = ["mutable-default"]\n')

    answer = doctor(project, *JSON_FORMAT)

    assert codes_in(answer) == ["mutable-default", "mutable-default", "string-without-length"]


def test_the_command_line_comes_before_the_settings(project: Path) -> None:
    configured(project, 'modules = ["nowhere"]\nlevels = ["all"]\n')

    answer = doctor(project, "models", "--levels", "taste", *JSON_FORMAT)

    assert codes_in(answer) == ["string-without-length"]


def test_settings_of_a_folder_above_are_read(project: Path) -> None:
    configured(project, 'path = ["src"]\nbaseline = "known.json"\nenv-file = "local.env"\n')
    (project / "src").mkdir()
    (project / "models.py").rename(project / "src" / "models.py")
    (project / "local.env").write_text("SHOP_URL=1\n")
    (project / "below").mkdir()

    written = doctor(project / "below", "models", "--write-baseline")
    known = doctor(project / "below", "models")

    assert (written.returncode, known.returncode) == (0, 0), written.stderr + known.stderr
    assert "2 findings" in known.stdout
    assert (project / "known.json").is_file()


def test_a_table_and_a_column_ignore_with_a_reason(project: Path) -> None:
    configured(
        project,
        '[tool.model-doctor.tables]\nnotes = { mutable-default = "never changed" }\n'
        '"tasks.title" = { string-without-length = "any length is meant" }\n',
    )

    answer = doctor(project, "models", "--levels", "all", *JSON_FORMAT)

    assert codes_in(answer) == ["mutable-default"]


def test_relationships_and_names_of_indexes_are_ignored_by_table_too(project: Path) -> None:
    (project / "shop.py").write_text(
        "from sqlalchemy import Column, Index, Integer, MetaData, Table\n"
        "from sqlalchemy.orm import registry, relationship\n"
        "mapped = registry()\n"
        "box = Table('box', mapped.metadata, Column('id', Integer, primary_key=True), Index('ix_id', 'id'))\n"
        "lid = Table('lid', mapped.metadata, Column('id', Integer, primary_key=True), Index('ix_id', 'id'))\n"
        "class Box: pass\n"
        "mapped.map_imperatively(Box, box, properties={'lid': relationship('Lid')})\n"
    )
    found = doctor(project, "shop", *JSON_FORMAT)
    configured(
        project,
        '[tool.model-doctor.tables]\n"box.lid" = { unknown-target = "later" }\n'
        'lid = { duplicate-index-name = "only one of the two is created" }\n',
    )

    answer = doctor(project, "shop", *JSON_FORMAT)

    assert codes_in(found) == ["duplicate-index-name", "unknown-target"]
    assert codes_in(answer) == []


def test_databases_decide_what_types_are_compared_on(project: Path) -> None:
    (project / "keys.py").write_text(
        "from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table\n"
        "metadata = MetaData()\n"
        "users = Table('users', metadata, Column('id', BigInteger, primary_key=True))\n"
        "tasks = Table('tasks', metadata, Column('id', Integer, primary_key=True),\n"
        "              Column('user_id', Integer, ForeignKey('users.id', name='fk')))\n"
    )

    guessed = doctor(project, "keys", *JSON_FORMAT)
    on_mysql = doctor(project, "keys", "--databases", "mysql", *JSON_FORMAT)
    on_sqlite = doctor(project, "keys", "--databases", "mysql", "--levels", "slow", *JSON_FORMAT)

    assert codes_in(guessed) == ["foreign-key-size"]
    assert codes_in(on_mysql) == ["foreign-key-type"], "MySQL compares integers of one size only"
    assert codes_in(on_sqlite) == [], "MySQL indexes foreign keys by itself"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('module = ["models"]', "there is no setting module; modules is meant?"),
        ('modules = "models"', "modules must be a list of strings."),
        ("timeout = 0", "timeout must be a number of seconds."),
        ('ignore = ["mutable"]', "there is no code mutable"),
        ('[tool.model-doctor.tables]\ntasks = { mutable-default = "" }', "ignoring mutable-default needs a reason."),
        ("modules = [", "pyproject.toml cannot be read"),
    ],
)
def test_a_wrong_setting_is_exit_code_2(project: Path, text: str, words: str) -> None:
    configured(project, text)

    answer = doctor(project, "models")

    assert answer.returncode == 2
    assert words in answer.stderr


@pytest.mark.parametrize(
    ("line", "with_comment", "left"),
    [
        ("default={}),", "default={}),  # doctor: ignore[mutable-default] never changed", 1),
        ("default={}),", "default={}),  # doctor: ignore[mutable-default, naive-datetime] never changed", 1),
        ('    Column("extras"', '    # doctor: ignore[mutable-default] never changed\n    Column("extras"', 1),
        (
            '"extras", JSON, ',
            '"extras",\n        JSON,\n        # doctor: ignore[mutable-default] never changed\n        ',
            1,
        ),
        ("default={}),", "default={}),  # doctor: ignore[naive-datetime] another code", 2),
        ("default={}),", "default={}),  # doctor: ignore[mutable-default]", 2),
        ("default={}),", 'default={}, comment="# doctor: ignore[mutable-default] no comment"),', 2),
    ],
)
def test_a_comment_ignores_with_a_reason(project: Path, line: str, with_comment: str, left: int) -> None:
    assert line in MODELS
    (project / "models.py").write_text(MODELS.replace(line, with_comment))

    answer = doctor(project, "models", *JSON_FORMAT)

    assert codes_in(answer) == ["mutable-default"] * left
    assert ("needs a reason" in answer.stdout) == with_comment.endswith("ignore[mutable-default]")


def test_a_baseline_lets_only_new_findings_fail(project: Path) -> None:
    written = doctor(project, "models", "--baseline", "known.json", "--write-baseline")
    known = doctor(project, "models", "--baseline", "known.json")
    more = MODELS.replace('Column("title", String)', 'Column("title", JSON, default={})')
    # Lines move, and the known findings stay known.
    (project / "models.py").write_text("\n\n" + more)
    new = doctor(project, "models", "--baseline", "known.json")

    assert (written.returncode, known.returncode, new.returncode) == (0, 0, 1)
    assert "2 findings written to known.json." in written.stdout
    assert "Known from known.json: 2 findings." in known.stdout
    assert "tasks.title  mutable-default" in new.stdout and "tasks.extras" not in new.stdout


def test_a_baseline_says_what_no_longer_occurs(project: Path) -> None:
    configured(project, 'baseline = "known.json"\n')
    doctor(project, "models", "--write-baseline")
    (project / "models.py").write_text(MODELS.replace("default={}", "default=dict"))

    answer = doctor(project, "models")

    assert answer.returncode == 0
    assert "known.json lists 1 finding that no longer occur" in answer.stdout


def test_a_baseline_is_kept_where_something_cannot_be_read(project: Path) -> None:
    doctor(project, "models", "--baseline", "known.json", "--write-baseline")
    before = (project / "known.json").read_text()

    written = doctor(project, "nowhere", "--baseline", "known.json", "--write-baseline")
    read = doctor(project, "nowhere", "--baseline", "known.json")

    assert written.returncode == read.returncode == 2
    assert "known.json is left as it is: not everything could be read." in written.stdout
    assert "no longer occur" not in read.stdout
    assert (project / "known.json").read_text() == before


def test_a_baseline_is_the_same_from_every_folder(project: Path) -> None:
    configured(project, 'path = ["."]\nbaseline = "known.json"\n')
    (project / "below").mkdir()
    doctor(project, "models", "--write-baseline")

    answer = doctor(project / "below", "models")

    assert answer.returncode == 0, answer.stdout


def test_without_a_reason_a_model_allows_nothing(project: Path) -> None:
    text = (project / "models.py").read_text()
    for reason, code in (("''", 1), ("'  '", 1), ("'meant'", 0)):
        allow = f"info={{'doctor': {{'allow': {{'mutable-default': {reason}}}}}}}, default="
        (project / "models.py").write_text(text.replace("default=", allow))
        assert doctor(project, "models").returncode == code, reason


def test_what_is_no_baseline_is_exit_code_2(project: Path) -> None:
    (project / "known.json").write_text('{"findings": 3}')

    answer = doctor(project, "models", "--baseline", "known.json")

    assert answer.returncode == 2
    assert "known.json is no baseline" in answer.stderr
