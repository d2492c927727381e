"""Bytes per task, WAL per change and CPU time per sign-in, for the estimates in docs/performance.md."""

from collections.abc import Callable

from bench.data import World
from bench.experiments.sharing import PASSWORD, Browser, Print
from bench.processes import cpu_seconds
from bench.servers import Running

SIGN_INS = 10
SIZES = """
SELECT (SELECT count(*) FROM tasks), pg_table_size('tasks'),
    (SELECT json_object_agg(indexrelid::regclass, pg_relation_size(indexrelid))
     FROM pg_index WHERE indrelid = 'tasks'::regclass)
"""
WAL = "SELECT pg_current_wal_lsn() - '0/0'"


def show_sizes(world: World, report: Print) -> None:
    """Bytes per task of the freshly seeded table and its indexes, without bloat."""
    tasks, table, indexes = world.query(SIZES)[0]
    each = ", ".join(f"{name} {size / tasks:.0f}" for name, size in sorted(indexes.items()))
    whole = (table + sum(indexes.values())) / tasks
    report(f"A task takes {whole:.0f} bytes: the row {table / tasks:.0f}, {each} ({tasks:,} tasks).")


def show_wal(world: World, action: Callable[[], int], report: Print) -> None:
    """WAL bytes per change. `action` changes tasks and returns how many."""
    before = world.query(WAL)[0][0]
    changes = action()
    report(
        f"Completing a task writes {(world.query(WAL)[0][0] - before) / changes:,.0f} bytes of WAL ({changes:,} times)."
    )


def show_sign_ins(up: Running, email: str, report: Print) -> None:
    """CPU time per sign-in. Each comes from another address, so that the rate limit does not apply."""
    before = cpu_seconds(up.better_auth())
    for number in range(SIGN_INS):
        answer = Browser(f"127.0.1.{number + 1}").post(up.port, "/sign-in", email=email, password=PASSWORD)
        if answer.status_code != 303:
            raise SystemExit(f"A sign-in was answered with {answer.status_code}.")
    used = (cpu_seconds(up.better_auth()) - before) / SIGN_INS
    report(f"A sign-in takes {1000 * used:.0f} ms of Better Auth's processor ({SIGN_INS} times).")
