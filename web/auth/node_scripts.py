"""Runs the scripts in `auth/`, which hold Better Auth, with Node."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from web.auth.node import find_node
from web.domain.errors import CommandError

FOLDER = Path(__file__).parents[2] / "auth"
# Node's compile cache, for quicker starts; without write permission it does without.
COMPILE_CACHE = FOLDER.parent / "var" / "node"
# Node 22 warns of node:sqlite as an experiment, at every start.
NODE_OPTIONS = ["--disable-warning=ExperimentalWarning"]
# No other variable reaches the scripts: TEST=1 alone would switch Better Auth's origin checks off.
PASSED_ON = ("PATH", "HOME", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")


class BetterAuthFailed(CommandError):
    """Better Auth could not migrate or start; the text is its own message."""


def node_command(script: str, *arguments: str) -> list[str]:
    """Raises BetterAuthFailed where Better Auth is not installed, NodeNotFound."""
    if not (FOLDER / "node_modules").is_dir():
        raise BetterAuthFailed("Better Auth is not installed: run `python -m web.auth.node ci auth`.")
    return [str(find_node()), *NODE_OPTIONS, script, *arguments]


def environment(**variables: str) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed_on, "TZ": "UTC", "NODE_COMPILE_CACHE": str(COMPILE_CACHE), **variables}


def failure_reason(lines: Iterable[str]) -> str:
    """The line of an uncaught error, otherwise the last one: our scripts end with a sentence."""
    output = [line for line in lines if line.strip()]
    errors = [line for line in output if re.match(r"\w*Error\b", line)]
    return (errors or output or ["Better Auth ended without a message."])[-1]
