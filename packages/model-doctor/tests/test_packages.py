"""Modules of a package that nothing imports: Alembic would drop their tables."""

from pathlib import Path

import pytest

from examinations import examined, short

TABLE = """
from sqlmodel import Field, SQLModel


class {name}(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
"""
DECLARED = """
from shop.kept import Kept
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = Kept.metadata


class Forgotten(Base):
    __tablename__ = "forgotten"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A package with one module that it imports."""
    write(tmp_path, {"shop/__init__.py": "from shop import kept", "shop/kept.py": TABLE.format(name="Kept")})
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("shop/forgotten.py", TABLE.format(name="Forgotten"), 5),
        ("shop/deep/er/forgotten.py", TABLE.format(name="Forgotten"), 5),
        ("shop/deep/__init__.py", TABLE.format(name="Forgotten"), 5),
        ("shop/forgotten.py", DECLARED, 10),
    ],
)
def test_a_module_that_is_never_imported_is_found(shop: Path, file: str, text: str, line: int) -> None:
    write(shop, {file: text})

    report = examined(shop, "shop")

    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    [finding] = report.findings
    assert (finding.code, finding.place.model, finding.place.line) == ("never-imported", "Forgotten", line)
    assert finding.place.file.endswith(file)
    assert f"write `import {module}`" in finding.fix


def test_what_else_is_wrong_with_it_is_told_too(shop: Path) -> None:
    write(shop, {"shop/forgotten.py": TABLE.format(name="Forgotten") + "    title: str\n"})

    report = examined(shop, "shop")

    assert [f.code for f in report.findings] == ["never-imported", "string-without-length"]


@pytest.mark.parametrize(
    "files",
    [
        {"shop/plain.py": "class Plain:\n    table = 1\n"},
        {"shop/shapes.py": "from sqlmodel import SQLModel\n\n\nclass Draft(SQLModel):\n    title: str\n"},
        {"shop/tests/test_it.py": TABLE.format(name="Made")},
        {"shop/migrations/versions/one.py": TABLE.format(name="Old")},
        {"shop/mixed.py": "class Named:\n    __tablename__ = 'x'\n"},
        {"shop/abstract.py": DECLARED.replace("    __tablename__ = ", "    __abstract__ = True\n    __tablename__ = ")},
        {"shop/broken.py": "table = ("},
        {"shop/other_database.py": DECLARED.replace("Kept.metadata", "type(Kept.metadata)()")},
    ],
)
def test_what_holds_no_table_of_the_program_may_lie_there(shop: Path, files: dict[str, str]) -> None:
    write(shop, files)

    report = examined(shop, "shop")

    assert (report.findings, report.unreadable) == ([], []), short(report)


def test_another_module_that_imports_it_can_be_named(shop: Path) -> None:
    write(shop, {"shop/more.py": TABLE.format(name="More"), "collecting.py": "import shop.more"})

    assert [f.code for f in examined(shop, "shop").findings] == ["never-imported"]
    assert examined(shop, "collecting", "shop").findings == []


def test_one_module_alone_is_not_searched_for_its_neighbours(shop: Path) -> None:
    write(shop, {"shop/forgotten.py": TABLE.format(name="Forgotten")})

    assert examined(shop, "shop.kept").findings == []


@pytest.mark.parametrize(
    "text",
    [
        "from importlib import import_module\n\n\ndef __getattr__(name):\n    return import_module(f'shop.{name}')\n",
        "import pkgutil\n\nfor module in pkgutil.walk_packages(__path__, 'shop.'):\n    pass\n",
        "# Others import what they need.\n",
    ],
)
def test_a_package_that_imports_by_itself_or_not_at_all_is_searched_without_a_finding(shop: Path, text: str) -> None:
    write(shop, {"shop/__init__.py": text, "shop/more.py": TABLE.format(name="More") + "    title: str\n"})

    report = examined(shop, "shop")

    assert [finding.code for finding in report.findings] == ["string-without-length"], "it is examined all the same"
    assert report.tables == 2


@pytest.mark.parametrize(
    ("file", "ini"),
    [
        ("alembic/env.py", ""),
        ("server/migrations/env.py", ""),
        ("db/env.py", "[alembic]\nscript_location = %(here)s/db\n"),
    ],
)
def test_what_alembics_env_imports_counts_as_imported(shop: Path, file: str, ini: str) -> None:
    env = "from alembic import context\nfrom shop import more\n\ncontext.run_migrations()\n"
    write(shop, {"shop/more.py": TABLE.format(name="More"), file: env, "alembic.ini": ini})

    report = examined(shop, "shop")

    assert (report.findings, report.unreadable, report.tables) == ([], [], 2), short(report)


def test_what_alembics_env_imports_and_cannot_be_imported_is_named_once(shop: Path) -> None:
    env = "import shop.broken\nfrom shop.broken import Base, Task\nfrom shop.kept import Kept\n"
    write(shop, {"shop/broken.py": "x = unheard_of\n", "alembic/env.py": env})

    package, module = examined(shop, "shop"), examined(shop, "shop.kept")

    assert [str(one) for one in package.unreadable] == [
        "shop/broken.py:1  shop.broken cannot be read: NameError: name 'unheard_of' is not defined"
    ]
    assert (module.unreadable, module.tables) == ([], 1), "a module that is no package is examined alone"
