"""Better Auth's own migration: idempotent, and safe when several processes run it at once."""

import threading

from web.schema.better_auth import migrate_better_auth, pending_in_better_auth
from web.schema.migrate import BETTER_AUTH_TABLES


def test_a_second_migration_does_nothing(database_url: str) -> None:
    before = pending_in_better_auth(database_url=database_url)
    migrate_better_auth(database_url=database_url)
    after = pending_in_better_auth(database_url=database_url)
    migrate_better_auth(database_url=database_url)

    assert before == [f"create table {table}" for table in BETTER_AUTH_TABLES]
    assert after == []


def test_concurrent_migrations_wait_for_each_other(database_url: str) -> None:
    problems: list[BaseException] = []

    def migrate() -> None:
        try:
            migrate_better_auth(database_url=database_url)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert pending_in_better_auth(database_url=database_url) == []
