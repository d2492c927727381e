import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from web.auth import node
from web.auth.node import NodeNotFound, NpmFailed, find_node, find_npm, npm_ci


def a_node(folder: Path, *, new_enough: bool) -> Path:
    folder.mkdir()
    path = folder / "node"
    path.write_text(f"#!/bin/sh\nexit {0 if new_enough else 1}\n")
    path.chmod(0o755)
    return path


def a_package(folder: Path) -> Path:
    """A package with a dependency in a local file, so that npm needs no network."""
    folder.mkdir()
    needed = b'{"name": "needed", "version": "1.0.0"}'
    with tarfile.open(folder / "needed.tgz", "w:gz") as archive:
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(needed)
        archive.addfile(entry, BytesIO(needed))
    package = {"name": "needing", "version": "1.0.0", "dependencies": {"needed": "file:needed.tgz"}}
    lock = {
        "name": "needing",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": package,
            "node_modules/needed": {"version": "1.0.0", "resolved": "file:needed.tgz"},
        },
    }
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


def test_the_node_found_can_read_sqlite_and_runs_quietly() -> None:
    found = find_node()

    printed = subprocess.run(
        [
            found,
            "--eval",
            "new (require('node:sqlite').DatabaseSync)(':memory:').prepare('select 1').columns()",
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout

    assert printed == ""


def test_a_new_enough_node_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = a_node(tmp_path / "bin", new_enough=True)
    monkeypatch.setenv("PATH", str(own.parent))

    assert find_node() == own


def test_a_node_that_is_too_old_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = a_node(tmp_path / "old", new_enough=False)
    good = a_node(tmp_path / "good", new_enough=True)
    monkeypatch.setattr(node, "_candidates", lambda: iter([old, good]))

    assert find_node() == good


def test_without_node_the_error_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node, "_candidates", lambda: iter([Path("/nowhere/node")]))

    with pytest.raises(NodeNotFound, match=r"needs Node 22\.16 or newer: install it"):
        find_node()


def test_an_npm_beside_node_is_used(tmp_path: Path) -> None:
    own = a_node(tmp_path / "bin", new_enough=True)
    npm = own.with_name("npm")
    npm.write_text("#!/bin/sh\n")
    npm.chmod(0o755)

    assert find_npm(own) == [str(npm)]


def test_a_node_without_npm_is_named(tmp_path: Path) -> None:
    lonely = a_node(tmp_path / "bin", new_enough=True)

    with pytest.raises(NodeNotFound, match=f"no npm beside {lonely}"):
        find_npm(lonely)


@pytest.mark.parametrize("home", ["/nonexistent", "/dev/null", None])
def test_npm_ci_works_whatever_home_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None) -> None:
    package = a_package(tmp_path / "package")
    monkeypatch.delenv("HOME")
    if home:
        monkeypatch.setenv("HOME", home)

    npm_ci(package)

    assert (package / "node_modules/needed/package.json").is_file()


def test_the_error_of_npm_is_reported(tmp_path: Path) -> None:
    package = a_package(tmp_path / "package")
    (package / "package-lock.json").write_text("{ not a lock file")

    with pytest.raises(NpmFailed, match=r"package-lock\.json"):
        npm_ci(package)


def test_a_folder_without_a_lock_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NpmFailed, match=f"no package-lock.json in {tmp_path}"):
        npm_ci(tmp_path)


def test_the_command_prints_the_path() -> None:
    printed = subprocess.check_output([sys.executable, "-m", "web.auth.node"], text=True)

    assert printed == f"{find_node()}\n"


def test_the_command_fails_with_one_line_without_node(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(node, "_candidates", lambda: iter([]))

    code = node.main([])

    assert code == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
