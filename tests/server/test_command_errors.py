"""Every command reports what is wrong in one line, ends with an exit code other than 0, and starts nothing."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from testkit.patience import PATIENCE_SECONDS
from tests.server.command import assert_one_error_line, daybook, environment, free_port
from tests.server.conftest import MigratedEnvironment
from web.settings import ROOT


def test_a_port_in_use(migrated_environment: MigratedEnvironment) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        env = migrated_environment(PORT=str(listener.getsockname()[1]))

        assert_one_error_line(daybook("run", env), f"Port {env['PORT']}")


@pytest.mark.parametrize("command", ["run", "serve", "migrate", "seed", "purge"])
def test_a_database_that_does_not_answer(folder: Path, command: str) -> None:
    url = f"postgresql://ada:hunter2@127.0.0.1:{free_port()}/book"

    # The reason follows in the words of the server or of the operating system.
    env = environment(folder, DATABASE_URL=url, DATABASE_WAIT_SECONDS="0")
    assert_one_error_line(daybook(command, env), "does not answer: connection to")


@pytest.mark.parametrize("command", ["run", "serve", "migrate", "seed"])
def test_an_unknown_kind_of_database(folder: Path, command: str) -> None:
    assert_one_error_line(daybook(command, environment(folder, DATABASE_URL="mysql://x:hunter2@y/z")), "DATABASE_URL")


@pytest.mark.parametrize("command", ["run", "serve", "migrate", "seed", "purge"])
def test_a_file_that_is_no_database(folder: Path, command: str) -> None:
    letter = folder / "letter.txt"
    letter.write_text("Dear Grace, " * 200)
    env = environment(folder, DATABASE_URL=f"sqlite:///{letter}", PORT=str(free_port()))

    assert_one_error_line(daybook(command, env), "letter.txt is not a readable SQLite database")
    assert letter.read_text().startswith("Dear Grace, ")


@pytest.mark.parametrize(("python", "words"), [("old", "is older"), ("missing", "there is no")])
def test_make_names_a_python_that_is_too_old_or_missing(folder: Path, python: str, words: str) -> None:
    old = folder / "old"
    old.write_text(f'#!/bin/sh\ncase "$*" in *version_info*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    old.chmod(0o700)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements-install.txt").touch()

    made = subprocess.run(
        ["make", "run", f"PYTHON={folder / python}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )

    assert made.returncode != 0
    assert made.stderr.splitlines()[0].startswith("Daybook needs Python 3.11 or newer, and")
    assert words in made.stderr.splitlines()[0]
    assert not (folder / ".venv").exists()


def test_a_missing_secret(folder: Path) -> None:
    env = environment(folder, BETTER_AUTH_SECRET="")

    assert_one_error_line(daybook("serve", env), "BETTER_AUTH_SECRET")


@pytest.mark.parametrize("command", ["serve", "seed", "purge"])
def test_a_database_that_was_not_migrated(folder: Path, command: str) -> None:
    assert_one_error_line(daybook(command, environment(folder, PORT=str(free_port()))), "daybook migrate")


def test_seeding_a_production_database_needs_force(migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment(APP_URL="https://daybook.example")

    assert_one_error_line(daybook("seed", env), "--force")
    assert daybook("seed", env, "--force").returncode == 0


def test_tables_of_another_better_auth_that_are_missing(folder: Path) -> None:
    env = environment(folder, BETTER_AUTH_URL="http://127.0.0.1:9")

    assert_one_error_line(daybook("migrate", env), "users")
