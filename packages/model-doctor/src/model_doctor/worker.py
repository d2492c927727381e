"""The process that imports the models: reads a job from stdin, writes its stages and the report to stdout as JSON."""

import faulthandler
import json
import os
import sys
import traceback
from functools import partial
from typing import IO, Any


def main() -> None:
    """Everything the models print goes to stderr, so that stdout holds only the answer."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if sys.platform != "win32":
        # Otherwise the command would wait for what the models fork, as long as that holds the pipe.
        os.register_at_fork(after_in_child=partial(os.close, answer.fileno()))
    job: dict[str, Any] = {"process": os.getpid(), **json.load(sys.stdin)}
    # The folder of this file, which Python puts there; its modules are in a package.
    del sys.path[0]
    try:
        report = _examined(job, answer)
    except Exception as problem:
        traceback.print_exc()
        report = _crashed(job, problem)
    _tell(answer, report=report)
    # Threads that the models started, and what they do at exit, are not waited for.
    os._exit(0)


def _examined(job: dict[str, Any], answer: IO[str]) -> dict[str, Any]:
    # SQLAlchemy first: the time limit is for the models.
    from sqlalchemy.exc import ArgumentError

    from model_doctor import examination
    from model_doctor.database.connecting import parsed_url
    from model_doctor.findings import Report, Unreadable

    sys.path[:0] = job["path"]
    try:
        url = parsed_url(job["database"]) if job["database"] else None
    except ArgumentError as problem:
        return Report(unreadable=[Unreadable("the database", str(problem))]).as_dict()
    _limit_the_import(job, answer)
    return examination.examine(job["modules"], url, job["databases"], partial(_lift_the_limit, job, answer)).as_dict()


def _crashed(job: dict[str, Any], problem: Exception) -> dict[str, Any]:
    """Outside of a check, where nothing is left of the report."""
    from model_doctor.findings import Report, Unreadable

    said = f"model-doctor itself crashed, {type(problem).__name__}: {problem}; report it, with the traceback on stderr."
    return Report(unreadable=[Unreadable(", ".join(job["modules"]), said)]).as_dict()


def _limit_the_import(job: dict[str, Any], answer: IO[str]) -> None:
    """Native code that hangs does not return to Python: this watchdog is a thread of the interpreter itself."""
    _tell(answer, stage=f"import of {', '.join(job['modules'])}")
    faulthandler.dump_traceback_later(job["timeout"], exit=True, file=answer)


def _lift_the_limit(job: dict[str, Any], answer: IO[str]) -> None:
    if os.getpid() != job["process"]:
        # A fork that the models made, and that went on with the import.
        os._exit(0)
    faulthandler.cancel_dump_traceback_later()
    _tell(answer, stage="examination")


def _tell(answer: IO[str], **message: object) -> None:
    answer.write(json.dumps(message) + "\n")
    answer.flush()


if __name__ == "__main__":
    main()
