"""docs/cli.md: its examples run in their order."""

import os
import re
import subprocess
import sys
from pathlib import Path

from testkit.patience import PATIENCE_SECONDS
from tests.cli.conftest import Owner
from web.client.commands import COMMANDS
from web.settings import ROOT
from web.transfers import TRANSFERS

PAGE = (ROOT / "docs" / "cli.md").read_text()
EXAMPLES = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_examples_run(ada: Owner, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", "-ec", "set -o pipefail\n" + "\n".join(EXAMPLES)],
        env={**ada.terminal.environment, "PATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    with_chores = ada.terminal.lines("list", "--sort", "title")
    assert [line.split("\t")[2] for line in with_chores] == [
        "Buy milk", "Buy salt", "Buy tea", "Call Ann", "Empty the bins", "Mow the lawn", "Water the plants",
    ]  # fmt: skip


def test_every_command_is_named() -> None:
    assert [command.name for command in (*COMMANDS, *TRANSFERS) if f"daybook {command.name}" not in PAGE] == []
