"""What models may do at import, and checks that crash: neither costs the report, and nothing is written."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from environments import SOURCE
from model_doctor.codes import CODES
from model_doctor.findings import Finding, Place, Report
from model_doctor.guarding import Subject, guarded
from test_cli import CLEAN, FAULTY, codes_in, doctor

AMBIGUOUS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    other: Mapped["Othr"] = relationship()


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    assigned_to: Mapped[int] = mapped_column(ForeignKey("users.id"))
    creator: Mapped[User] = relationship()
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "import time\n\ntime.sleep(100)\n",
            "models.py:3  models cannot be read: it was still being imported after 5 seconds",
        ),
        ("import os\nos._exit(0)\n", "models cannot be read: the process ended with exit code 0 during the import"),
        (
            f"import os\nos.kill(os.getpid(), {signal.SIGSEGV:d})\n",
            "models cannot be read: the process ended with signal 11 during the import of models.",
        ),
    ],
)
def test_an_import_that_hangs_or_ends_the_process_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "models.py").write_text(text)

    answer = doctor(tmp_path, "models", "--timeout", "5")

    assert answer.returncode == 2
    assert words in answer.stdout, answer.stderr


SHARED = f"import os, subprocess, sys, time\n{CLEAN}"
FORK = "if os.fork() == 0:\n    "


@pytest.mark.parametrize(
    "text",
    [
        f"{FORK}time.sleep(1000)",
        f"{FORK}print('a fork that goes on with the import')",
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])",
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'], start_new_session=True)",
        f"{FORK}os.setsid()\n    if os.fork() == 0:\n        time.sleep(1000)\n    os._exit(0)",
    ],
)
def test_processes_of_the_models_end_with_the_examination(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.py").write_text(f"{SHARED}\n{text}\n")

    answer = doctor(tmp_path, "models")

    # Reads stderr to its end, which a process that is left would keep open.
    assert (answer.returncode, answer.stdout) == (0, "no findings in 1 table.\n"), answer.stderr


def test_a_folder_of_the_same_name_is_not_mistaken_for_the_package(tmp_path: Path) -> None:
    (tmp_path / "model_doctor").mkdir()
    (tmp_path / "model_doctor" / "__init__.py").write_text("raise RuntimeError('another package')\n")
    (tmp_path / "models.py").write_text(CLEAN)
    command = [str(Path(sys.executable).with_name("model-doctor")), "models"]

    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (answer.returncode, answer.stdout) == (0, "no findings in 1 table.\n"), answer.stderr


def test_a_process_that_hands_over_to_its_fork_is_named(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(f"{SHARED}\nif os.fork():\n    os._exit(0)\ntime.sleep(1000)\n")

    answer = doctor(tmp_path, "models")

    assert answer.returncode == 2
    assert "models cannot be read: the process ended with exit code 0 during the import" in answer.stdout


def test_what_lazy_objects_and_modules_raise_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "import sys, types\n"
        "class Lazy:\n"
        "    @property\n    def __class__(self):\n        raise RuntimeError('not configured')\n"
        "    def __getattr__(self, name):\n        raise RuntimeError(name)\n"
        "class LazyModule(types.ModuleType):\n"
        "    def __getattribute__(self, name):\n        raise ImportError(name)\n"
        "settings = Lazy()\n"
        "sys.modules |= {'lazy': LazyModule('lazy'), 'object': object(), 'nothing': None}\n"
        f"{FAULTY}"
    )

    answer = doctor(tmp_path, "models", "--format", "json")

    assert codes_in(answer) == ["mutable-default"], answer.stderr


@pytest.mark.parametrize(
    "source",
    [
        f"# coding: latin-1\n# é{FAULTY}".encode("latin-1"),
        f"\ufeff{FAULTY}".encode(),
        FAULTY.replace("\n", "\r\n").encode(),
        f"# \x0c \x85 \u2028{FAULTY}".encode(),
    ],
    ids=["latin-1", "byte order mark", "CRLF", "other separators"],
)
def test_lines_are_shown_in_any_encoding(tmp_path: Path, source: bytes) -> None:
    (tmp_path / "models.py").write_bytes(source)

    answer = doctor(tmp_path, "models")

    place, shown, *_ = answer.stdout.splitlines()
    line = place.partition(":")[2].partition(" ")[0]
    assert place.endswith("things.extras  mutable-default (wrong-data)")
    assert shown.strip() == f'{line} |     Column("extras", JSON, default={{}}),'


@pytest.mark.parametrize("name", ["text", "json", "github", "sarif"])
def test_letters_that_the_terminal_lacks_are_escaped(tmp_path: Path, name: str) -> None:
    (tmp_path / "models.py").write_text(FAULTY.replace("extras", "m\u00e9t\u00e9o \U0001f600"), encoding="utf-8")

    answer = doctor(tmp_path, "models", "--format", name, PYTHONIOENCODING="ascii")

    assert (answer.returncode, answer.stderr) == (1, "")
    if name in ("json", "sarif"):
        assert "m\u00e9t\u00e9o \U0001f600" in str(json.loads(answer.stdout))


def test_a_reader_that_ends_early_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(FAULTY)
    command = f"{sys.executable} -m model_doctor models | true; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}

    answer = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert (answer.returncode, answer.stderr) == (1, "")


def test_places_are_relative_to_the_folder_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "models.py").write_text(f"import os\nos.chdir('below')\n{FAULTY}")

    assert doctor(tmp_path, "models").stdout.startswith("models.py:11  things.extras")


def test_threads_of_the_models_do_not_keep_the_command_waiting(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        f"import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n{CLEAN}"
    )

    assert doctor(tmp_path, "models").returncode == 0


def test_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "models.py").write_text(FAULTY)
    (tmp_path / "pyproject.toml").write_text("[tool.model-doctor]\n")
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}

    assert doctor(tmp_path, "shop.models").returncode == 1

    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


def crashing(_: object) -> Iterator[Finding]:
    raise KeyError("state")


def test_a_check_that_crashes_is_one_finding_and_exit_code_2() -> None:
    place = Place("shop.py", 7, "Task", "user")

    [finding] = guarded(crashing, Subject(lambda: place), object())

    assert (finding.code, finding.place) == ("cannot-examine", place)
    assert "The check crashing crashed: KeyError: 'state' (test_robustness.py:" in finding.message
    assert Report([finding]).exit_code == 2


def test_a_check_that_crashes_costs_that_check_only(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "from model_doctor import checks\n"
        "def crashing(table, models):\n    raise KeyError('state')\n"
        f"checks.TABLE_CHECKS = (crashing, *checks.TABLE_CHECKS)\n{FAULTY}"
    )

    answer = doctor(tmp_path, "models")

    assert answer.returncode == 2
    assert "models.py:8  things  cannot-examine (wrong-data)" in answer.stdout
    assert "The check crashing crashed: KeyError: 'state' (models.py:" in answer.stdout
    assert "mutable-default" in answer.stdout


def test_a_crash_outside_of_a_check_is_named(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "from model_doctor import examination\n"
        "def crashing(models):\n    raise KeyError('state')\n"
        f"examination.collect = crashing\n{FAULTY}"
    )

    answer = doctor(tmp_path, "models")

    assert answer.returncode == 2
    assert "models cannot be read: model-doctor itself crashed, KeyError: 'state'; report it" in answer.stdout
    assert "Traceback" in answer.stderr


def test_an_explanation_that_crashes_leaves_the_words_of_sqlalchemy(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "from model_doctor import explanations\n"
        "def crashing(*_):\n    raise AttributeError('back_populates')\n"
        f"explanations._ambiguous = crashing\n{AMBIGUOUS}"
    )

    answer = doctor(tmp_path, "models", "--format", "json")

    assert answer.returncode == 2
    assert codes_in(answer) == ["unknown-target", "cannot-configure", "cannot-examine"]
    assert "Could not determine join condition" in answer.stdout


def test_every_code_says_why() -> None:
    assert all(why.endswith(".") and "  " not in why for _, why in CODES.values())
    assert Finding(Place("", 0, "Task"), "naive-datetime", "", "").level == "taste"
