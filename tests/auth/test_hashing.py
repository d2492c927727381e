"""While Better Auth hashes a password, the database is writable, and stopping waits for the request."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.better_auth import http_client, listens, run_before_better_auth, sign_up
from web.server.better_auth import BetterAuthProcess

# Timeouts are a thousand times longer, so that only the hash ends the wait.
HELD = """
import crypto from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { scrypt } = crypto;
crypto.scrypt = (...args) => {
  writeFileSync("FOLDER/hashing", "");
  const poll = setInterval(() => {
    if (!existsSync("FOLDER/release")) return;
    clearInterval(poll);
    scrypt(...args);
  }, 10);
};
syncBuiltinESMExports();

const { setTimeout } = globalThis;
const stretched = (milliseconds = 0) => Math.min(1000 * milliseconds, 2 ** 31 - 1);
const stretch = (callback, time, ...rest) => setTimeout(callback, stretched(time), ...rest);
globalThis.setTimeout = Object.assign(stretch, setTimeout);
"""


@dataclass
class Hashing:
    """The hash of the first password that Better Auth is given."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        try:
            wait_until((self.folder / "hashing").exists)
            yield
        finally:
            (self.folder / "release").touch()


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hashing:
    """Holds the first hash. Request this fixture before `own_better_auth`."""
    run_before_better_auth(monkeypatch, HELD.replace("FOLDER", str(tmp_path)))
    return Hashing(tmp_path)


@pytest.fixture
def signing_up(hashing: Hashing, own_better_auth: BetterAuthProcess) -> Iterator[Future[httpx.Response]]:
    with http_client(own_better_auth) as client, ThreadPoolExecutor(1) as pool:
        yield pool.submit(sign_up, client, "ada@example.org")


def test_stopping_answers_a_request_in_progress_first(
    hashing: Hashing,
    own_better_auth: BetterAuthProcess,
    signing_up: Future[httpx.Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.server.better_auth.STOP_SECONDS", PATIENCE_SECONDS)
    with ThreadPoolExecutor(1) as pool:
        with hashing.held():
            stopping = pool.submit(own_better_auth.stop)
            wait_until(lambda: not listens(own_better_auth))
        stopping.result()

    assert signing_up.result().status_code == 200
    # Node ended by itself, although the client keeps its connection.
    assert own_better_auth._process and own_better_auth._process.returncode == 0


@pytest.mark.databases("sqlite")
def test_the_sqlite_file_can_be_written_during_a_hash(
    hashing: Hashing, signing_up: Future[httpx.Response], better_auth_tables: str
) -> None:
    path = better_auth_tables.removeprefix("sqlite:///")

    with hashing.held(), closing(sqlite3.connect(path, timeout=0)) as connection:
        connection.execute("CREATE TABLE notes (n INTEGER)")

    assert signing_up.result().status_code == 200
