"""Runs Better Auth's own migration, which creates and alters its tables. It must run before Better Auth starts.

A Better Auth that was started before its tables changed answers 500 until it is restarted.
"""

import subprocess

from web.auth.node_scripts import FOLDER, BetterAuthFailed, environment, failure_reason, node_command

TIMEOUT_SECONDS = 120.0
# Exit code of `migrate.mjs --check` when there are changes to apply.
CHANGES_PENDING = 3


def migrate_better_auth(*, database_url: str) -> None:
    """Bring Better Auth's tables up to date: all changes or none. Idempotent; concurrent runs wait for each other.

    Raises BetterAuthFailed, NodeNotFound.
    """
    _run([], database_url)


def pending_in_better_auth(*, database_url: str) -> list[str]:
    """The steps `migrate_better_auth` would take, without taking them. Raises the same errors."""
    finished = _run(["--check"], database_url, accepted=CHANGES_PENDING)
    return finished.stdout.splitlines() if finished.returncode else []


def sql_of_better_auth(*, database_url: str) -> str:
    """The same steps as SQL, empty when there are none. Raises the same errors."""
    return _run(["--sql"], database_url).stdout.strip()


def _run(options: list[str], database_url: str, accepted: int = 0) -> subprocess.CompletedProcess[str]:
    """`accepted` is an exit code that counts as success, besides 0."""
    try:
        finished = subprocess.run(
            node_command("migrate.mjs", *options),
            cwd=FOLDER,
            env=environment(DATABASE_URL=database_url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise BetterAuthFailed(f"Better Auth's migration took longer than {TIMEOUT_SECONDS:.0f} seconds.") from None
    if finished.returncode not in (0, accepted):
        raise BetterAuthFailed(failure_reason(finished.stderr.splitlines()))
    return finished
