"""Runs an examination in a process of its own: what the models do at import ends with it, a hang or a crash too."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from model_doctor.findings import Report, Unreadable, shown
from model_doctor.importing import is_installed
from model_doctor.settings import Settings

_FRAME = re.compile(r'File "([^"<]+)", line (\d+) in ')
_HERE = str(Path(__file__).parent)
# A variable by which what the models start can be told from all else.
_MARK = "MODEL_DOCTOR_JOB"


def examine_apart(settings: Settings, database: str, environment: Mapping[str, str]) -> Report:
    """The report of a process that has the working directory first on its path, and writes no bytecode."""
    job = {
        "modules": settings.modules,
        "path": [str(Path.cwd()), *(str(Path.cwd() / folder) for folder in settings.path)],
        "database": database,
        "databases": settings.databases,
        "timeout": settings.timeout,
    }
    # By its path: with -m a folder named model_doctor in the working directory would come first.
    command = [sys.executable, str(Path(__file__).with_name("worker.py"))]
    mark = uuid4().hex
    variables = {**environment, "PYTHONDONTWRITEBYTECODE": "1", _MARK: mark}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=variables,
        start_new_session=True,
    )
    try:
        answer, _ = process.communicate(json.dumps(job))
    finally:
        _end(process)
        _end_marked(f"{_MARK}={mark}".encode())
    return _report(answer.splitlines(), process.returncode, settings)


def _end(process: subprocess.Popen[str]) -> None:
    """With the processes that the models started: they are of its session."""
    if sys.platform == "win32":
        process.kill()
        return
    # macOS says EPERM where only processes are left that have ended.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_marked(mark: bytes) -> None:
    """Those in sessions of their own too, where the system shows the environment of processes: on Linux."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


def _report(lines: Sequence[str], exit_code: int, settings: Settings) -> Report:
    stage = "examination"
    for line in lines:
        message = json.loads(line) if line.startswith("{") else {}
        if "report" in message:
            return Report.from_dict(message["report"])
        stage = message.get("stage", stage)
    name = ", ".join(settings.modules)
    if any(line.startswith("Timeout") for line in lines):
        file, number = _slowest(lines)
        problem = f"it was still being imported after {settings.timeout:g} seconds (timeout in the settings)."
        return Report(unreadable=[Unreadable(name, problem, file, number)])
    ended = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
    return Report(unreadable=[Unreadable(name, f"the process ended with {ended} during the {stage}.")])


def _slowest(lines: Sequence[str]) -> tuple[str, int]:
    """The innermost line of the project's own in the traceback, which lists the innermost first."""
    frames = [match for line in lines if (match := _FRAME.search(line))]
    own = [match for match in frames if not is_installed(match[1]) and not match[1].startswith(_HERE)]
    return (shown(own[0][1]), int(own[0][2])) if own else ("", 0)
