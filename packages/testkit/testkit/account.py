"""The account that servers run as: PostgreSQL refuses root."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from testkit import NotAvailable


def server_account() -> pwd.struct_passwd | None:
    """The account that runs the server for root, which PostgreSQL refuses; None for any other user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NotAvailable(
        "PostgreSQL refuses to be run by root, and this machine has no user `nobody` to run it:"
        " run the tests as another user, or set TEST_DATABASE_URL."
    )


def run_by(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments of `subprocess` for a program that the account runs."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def may_reach(account: pwd.struct_passwd | None, path: Path) -> bool:
    """Whether the account can open what is at the path: every folder on the way lets it through."""
    if account is None:
        return True
    on_the_way = {path, *path.parents, path.resolve(), *path.resolve().parents}
    statuses = [part.stat() for part in on_the_way]
    return all(status.st_uid == account.pw_uid or status.st_mode & stat.S_IXOTH for status in statuses)


@contextmanager
def temporary_folder(account: pwd.struct_passwd | None, prefix: str) -> Iterator[Path]:
    usual = Path(tempfile.gettempdir())
    base = usual if may_reach(account, usual) else Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
