"""A Chromium for the tests: the machine's own, Playwright's, or the one from npm.

`python -m testkit.chromium` installs what the browser tests need from npm, a Chromium among it
only where there is no other.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict
from xml.sax.saxutils import escape

from playwright.sync_api import Browser, sync_playwright

from testkit import NotAvailable
from testkit.patience import PATIENCE_SECONDS
from web.auth.node import NodeNotFound, NpmFailed, find_node, npm_ci

NPM_FOLDER = Path(__file__).parents[1]
UNPACKED = NPM_FOLDER / "node_modules" / ".chromium"

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

# In addition to Playwright's own, which disable background requests and, for root and in
# containers, the sandbox.
ARGUMENTS = ("--no-pings", "--disable-domain-reliability")

PRINT_PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""

UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"

# The package's own fonts.conf names folders of AWS Lambda. The paths are absolute because fontconfig
# resolves a relative cache folder against the working directory.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts/fonts</dir>
  <cachedir>{folder}/fonts/cache</cachedir>
</fontconfig>
"""


class LaunchOptions(TypedDict):
    """The keyword arguments of Playwright's `chromium.launch`."""

    executable_path: Path
    args: list[str]
    env: dict[str, str | float | bool]
    timeout: float


@dataclass(frozen=True)
class Chromium:
    """A Chromium to start, and the variables it needs in addition to our environment."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def launch_options(self) -> LaunchOptions:
        return {
            "executable_path": self.path,
            "args": list(ARGUMENTS),
            "env": {**os.environ, **self.environment},
            "timeout": 1000 * PATIENCE_SECONDS,
        }


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser that ends with the block. Raises NotAvailable if none is found."""
    chromium = find_chromium()
    _choose_node()
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(**chromium.launch_options) as browser,
    ):
        yield browser


def find_chromium() -> Chromium:
    """`CHROMIUM_PATH`'s, the one on PATH, Playwright's own, or the npm package's, in this order.

    Raises NotAvailable.
    """
    chromium = installed_chromium() or _packaged_chromium()
    if chromium is None:
        raise NotAvailable(
            "No Chromium found: run `python -m testkit.chromium` (Linux) or"
            " `playwright install chromium`, or install chromium, or set CHROMIUM_PATH to one."
        )
    return chromium


def installed_chromium() -> Chromium | None:
    if given := os.environ.get("CHROMIUM_PATH"):
        return Chromium(Path(given))
    for name in NAMES:
        path = shutil.which(name)
        if path is not None and _runs(path):
            return Chromium(Path(path))
    return _playwrights_own()


def install() -> None:
    """Install this package's npm packages. Raises NodeNotFound or NpmFailed."""
    # Chromium is the only devDependency there: 65 MB, and for one kind of machine.
    wanted = sys.platform == "linux" and platform.machine() == "x86_64" and not installed_chromium()
    os.environ["npm_config_include" if wanted else "npm_config_omit"] = "dev"
    npm_ci(NPM_FOLDER)
    if wanted:
        _unpack_chromium()


def _runs(path: str) -> bool:
    # Ubuntu's chromium-browser may be a script that only prints how to install Chromium.
    return subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0


def _playwrights_own() -> Chromium | None:
    # In a process of its own: one process cannot start Playwright's sync API twice.
    _choose_node()
    command = [sys.executable, "-c", PRINT_PLAYWRIGHTS_OWN]
    printed = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    path = Path(printed.strip())
    return Chromium(path) if path.is_file() else None


def _choose_node() -> None:
    # The Node inside Playwright needs libatomic, which small systems do not have.
    with suppress(NodeNotFound):
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(find_node()))


def _packaged_chromium() -> Chromium | None:
    if not UNPACKED.exists():
        return None
    environment = {
        "LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
    }
    return Chromium(UNPACKED / "chromium", environment)


def _unpack_chromium() -> None:
    # Renamed when complete, so that an interrupted unpacking is never used.
    with tempfile.TemporaryDirectory(dir=UNPACKED.parent, prefix=".unpacking-") as parent:
        unpacked = Path(parent) / "chromium"
        unpacked.mkdir()
        _run_unpacker(unpacked)
        (unpacked / "fonts.conf").write_text(FONTS.format(folder=escape(str(UNPACKED))))
        (unpacked / "chromium").chmod(0o755)
        unpacked.rename(UNPACKED)


def _run_unpacker(folder: Path) -> None:
    # It unpacks its libraries only if it detects AWS Lambda.
    environment = {"TMPDIR": str(folder), "AWS_LAMBDA_JS_RUNTIME": "nodejs24.x"}
    subprocess.run(
        [find_node(), "--input-type=module", "--eval", UNPACK],
        cwd=NPM_FOLDER,
        env={**os.environ, **environment},
        check=True,
    )


if __name__ == "__main__":
    try:
        install()
    except (NodeNotFound, NpmFailed) as problem:
        sys.exit(str(problem))
