"""Temporary files move to memory unless the user chose a folder or memory is unsuitable."""

import tempfile
from pathlib import Path

import pytest

from testkit import temporary


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_temporary_files_go_to_a_suitable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "MEMORY", tmp_path)
    monkeypatch.setattr(temporary, "NEEDED_BYTES", 0)

    temporary.use_memory_for_temporary_files()

    assert tempfile.gettempdir() == str(tmp_path)


def test_an_explicit_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    temporary.use_memory_for_temporary_files()

    assert tempfile.gettempdir() == str(tmp_path)


def test_a_small_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "MEMORY", tmp_path)
    monkeypatch.setattr(temporary, "NEEDED_BYTES", 2**80)

    temporary.use_memory_for_temporary_files()

    assert tempfile.gettempdir() != str(tmp_path)


def test_a_missing_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "MEMORY", tmp_path / "missing")

    temporary.use_memory_for_temporary_files()

    assert not tempfile.gettempdir().startswith(str(tmp_path))
