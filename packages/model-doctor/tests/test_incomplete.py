"""Modules that cannot be imported: they are named with what is missing, and what refers to them is not judged."""

from pathlib import Path

import pytest

from examinations import examined, short
from test_cli import CLEAN, FAULTY, doctor

PEOPLE = """
from typing import Optional

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Person(Base):
    __tablename__ = "persons"
    id: Mapped[int] = mapped_column(primary_key=True)
    parrot_id: Mapped[Optional[int]] = mapped_column(ForeignKey("parrots.id"), index=True)
    parrot: Mapped[Optional["Parrot"]] = relationship()
    owner_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"), index=True)
"""
SETTINGS = """
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mail(BaseModel):
    host: str


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_", env_nested_delimiter="__")
    database_url: str
    key: str = Field(validation_alias="SECRET_KEY")
    mail: Mail


settings = Settings(mail={})
"""
# Stands for pydantic-settings, which the tests do not install.
PYDANTIC_SETTINGS = """
from pydantic import BaseModel


class BaseSettings(BaseModel):
    pass


SettingsConfigDict = dict
"""


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """A package with one module that can be imported and one that cannot."""
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "__init__.py").write_text("from half import people\nfrom half import pets\n")
    (tmp_path / "half" / "people.py").write_text(PEOPLE)
    (tmp_path / "half" / "pets.py").write_text("import a_package_that_is_not_here\nfrom half.people import Base\n")
    return tmp_path


def test_references_into_a_module_that_cannot_be_imported_are_not_judged(half: Path) -> None:
    report = examined(half, "half")

    assert [str(one) for one in report.unreadable] == [
        "half/pets.py:1  half cannot be read: ModuleNotFoundError: No module named 'a_package_that_is_not_here'"
    ]
    assert report.findings == [], short(report)
    assert (report.unjudged, report.tables) == (3, 1), "the module that was imported is examined"


def test_a_part_that_is_named_is_examined_and_its_references_are_counted(half: Path) -> None:
    (half / "half" / "__init__.py").write_text("")

    report = examined(half, "half.people", "half.pets")
    answer = doctor(half, "half.people", "half.pets")

    assert (report.tables, report.findings, report.unjudged) == (1, [], 3), short(report)
    assert answer.returncode == 2
    assert "Not judged: 3 references to what modules that cannot be imported may define." in answer.stdout


def test_without_a_missing_module_they_are_judged_and_a_far_name_is_not_guessed(half: Path) -> None:
    (half / "half" / "pets.py").write_text("")

    report = examined(half, "half")

    fixes = {(finding.place.attribute, finding.code): finding.fix for finding in report.findings}
    assert fixes == {
        ("owner_id", "foreign-key-target-unknown"): 'write "persons.id".',
        ("parrot_id", "foreign-key-target-unknown"): "correct the name, or import the module with that table.",
        ("parrot", "unknown-target"): "correct the name, or import the module that defines Parrot.",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "broken cannot be read: there is no module named broken here."),
        ("x = (", "broken.py:1  broken cannot be read: SyntaxError"),
        (
            "import pytest\npytest.skip('no', allow_module_level=True)",
            "broken.py:2  broken cannot be read: Skipped: no",
        ),
        ("import sys\nsys.exit(3)", "broken.py:2  broken cannot be read: it ends the program"),
        ("\n\n1 / 0", "broken.py:3  broken cannot be read: ZeroDivisionError"),
        ("import nonesuch", "broken.py:1  broken cannot be read: ModuleNotFoundError: No module named 'nonesuch'"),
        (
            "import os\nURL = os.environ['SHOP_URL']",
            "broken.py:2  broken cannot be read: the environment variable SHOP_URL is missing: set it, or name a file",
        ),
        (
            "import os\ntry:\n    os.environ['SHOP_URL']\nexcept KeyError as e:\n    raise RuntimeError('bad') from e",
            "broken.py:5  broken cannot be read: RuntimeError: bad (the environment variable SHOP_URL is missing",
        ),
        (
            "import os\nPORT = os.getenv('SHOP_PORT')\nOTHER = os.getenv('PATH')\nint(PORT)",
            "not 'NoneType' (SHOP_PORT is read there and not set: set it, or name a file with --env-file.)",
        ),
        ("x = 1\0", "source code string cannot contain null bytes"),
        ("{}['SHOP_URL']", "broken.py:1  broken cannot be read: KeyError: 'SHOP_URL'"),
        (SETTINGS, "needs the environment variables SHOP_DATABASE_URL, SECRET_KEY, SHOP_MAIL__HOST: set it"),
        (
            "from pydantic import BaseModel\nclass Size(BaseModel):\n    width: int\n    name: str\nSize(width='x')",
            "broken.py:5  broken cannot be read: Size needs a value for name. Size refuses width: Input should be",
        ),
    ],
)
def test_a_module_that_cannot_be_imported(tmp_path: Path, text: str | None, words: str) -> None:
    (tmp_path / "faulty.py").write_text(FAULTY)
    (tmp_path / "pydantic_settings.py").write_text(PYDANTIC_SETTINGS)
    if text is not None:
        (tmp_path / "broken.py").write_text(text)

    answer = doctor(tmp_path, "broken", "faulty")

    assert answer.returncode == 2
    assert words in answer.stdout
    assert "mutable-default" in answer.stdout, "the other module is examined all the same"
    assert "Traceback" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("text", ["", "import json\n", "class Base:\n    pass\n"])
def test_a_module_without_tables_is_exit_code_2(tmp_path: Path, text: str) -> None:
    (tmp_path / "empty.py").write_text(text)

    answer = doctor(tmp_path, "empty")

    assert answer.returncode == 2
    assert "empty cannot be read: no tables are defined there, nor in what it imports." in answer.stdout


def test_variables_come_from_an_env_file(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(f"import os\nassert os.environ['SHOP_URL'] == 'a b#c'\n{CLEAN}")
    (tmp_path / "local.env").write_text("# for development\nexport SHOP_URL='a b#c' # quoted\nOTHER=1\n")

    assert doctor(tmp_path, "models").returncode == 2
    assert doctor(tmp_path, "models", "--env-file", "local.env").returncode == 0
    assert doctor(tmp_path, "models", "--env-file", "local.env", SHOP_URL="set already").returncode == 2


def test_a_mapped_link_without_a_key_is_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        "from sqlmodel import Field, SQLModel\n\n\nclass Link(SQLModel, table=True):\n    a: int\n    b: int\n"
    )

    answer = doctor(tmp_path, "broken")

    assert answer.returncode == 2
    assert "broken.py:4" in answer.stdout and "write primary_key=True on each" in answer.stdout


def test_modules_that_one_line_stops_are_named_once(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text("import os\nURL = os.environ['SHOP_URL']\n")
    for name in ("users", "tasks", "notes"):
        (tmp_path / f"{name}.py").write_text("import settings\n")

    report = examined(tmp_path, "users", "tasks", "notes")

    [unreadable] = report.unreadable
    assert str(unreadable).startswith(
        "settings.py:2  users and 2 other modules cannot be read: the environment variable"
    )
