"""Works on one import: reads its file, imports its tasks, takes them back. Each step is committed by itself.

All or nothing: a file of up to BATCH tasks is one transaction. A longer one comes in batches, so that others can write
meanwhile, and what has come is removed again where one fails.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from pydantic import ValidationError
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, OperationalError

from web.db.database import Database
from web.db.errors import CONNECTION_ERRORS
from web.domain.actor import Actor
from web.domain.preferences import Preferences
from web.domain.quick_add import Context, DateOrder
from web.domain.timestamps import utc_now
from web.formats.imported import CannotRead, ImportedSettings, ImportedTask
from web.formats.opening import CHUNK, Source, open_source
from web.formats.reading import Reading
from web.formats.report import Report, Reporter
from web.models.base import table_of
from web.models.import_run import PROBLEM_LENGTH, State
from web.models.preferences import PreferencesDraft, UserPreferences
from web.services import import_queue as queue
from web.services import leases
from web.services.import_batches import BATCH, ImportBatches
from web.services.import_names import ImportNames
from web.services.import_queue import Claim
from web.services.imports import Imports, operation_of
from web.services.preferences import PreferencesService

log = logging.getLogger("daybook.imports")
MOST_ATTEMPTS = 5
GIVEN_UP = "This import was interrupted again and again, so it was given up. Nothing was imported."
OUR_FAULT = "Something went wrong, and it has been logged. Nothing was imported."


class Stopping(Exception):
    """The process ends; another one goes on."""


class ImportWork:
    """`is_stopping` is asked between steps; `pause` lets others write between batches."""

    def __init__(
        self,
        database: Database,
        is_stopping: Callable[[], bool] = lambda: False,
        pause: Callable[[], object] = lambda: None,
    ) -> None:
        self._database, self._is_stopping, self._pause = database, is_stopping, pause

    def work_on(self, taken: Claim) -> None:
        """Until the import waits for its user, or the process stops."""
        work = _Work(self._database, taken, self._is_stopping, self._pause)
        try:
            work.run()
        except queue.LeaseLost:
            log.info("Import %s goes on elsewhere.", taken.import_id)
        except (Stopping, OperationalError, *CONNECTION_ERRORS):
            work.release()
        except Exception:
            log.exception("Import %s failed.", taken.import_id)
            work.fail(OUR_FAULT)


class _Work:
    def __init__(
        self, database: Database, taken: Claim, is_stopping: Callable[[], bool], pause: Callable[[], object]
    ) -> None:
        self._database, self._taken, self._is_stopping, self._pause = database, taken, is_stopping, pause
        self._in_transaction = False

    def run(self) -> None:
        with self._database.connect(transaction=False) as connection:
            run, actor = queue.claimed(connection, self._taken)
        self._run, self._actor = run, replace(actor, operation=operation_of(run))
        if run.attempts > MOST_ATTEMPTS:
            self.fail(GIVEN_UP)
        elif run.state == State.READING:
            self._read()
        elif run.state == State.IMPORTING:
            self._import()
        else:
            self._remove()

    def release(self) -> None:
        with self._database.connect(transaction=False) as connection:
            queue.release(connection, self._taken)

    def fail(self, problem: str) -> None:
        """What is imported already is removed again. Where removing itself fails, it is tried again after the lease."""
        values = {"problem": problem[:PROBLEM_LENGTH], "attempts": 0}
        if self._run.state == State.IMPORTING:
            with self._database.connect(transaction=False) as connection:
                queue.release(connection, self._taken, state=State.CANCELLING.value, **values)
        elif self._run.state == State.READING:
            with self._database.transaction() as session:
                Imports(session.connection(), self._actor).drop_file(self._run)
                queue.release(session.connection(), self._taken, state=State.FAILED.value, **values)

    def _read(self) -> None:
        try:
            with self._source() as source:
                reading = Reading(source, self._tick)
                report = self._preview(reading)
        except CannotRead as problem:
            state = State.UNREADABLE
            report = Report(format="csv" if problem.columns else "", columns=[*problem.columns])
            values: dict[str, Any] = {"problem": str(problem)[:PROBLEM_LENGTH], "report": report.as_json()}
            # Windows-1252 reads any file; nothing else is worth another try.
            values |= {"format": None if problem.is_encoding else report.format or "unknown"}
        else:
            state = State.READY
            total = report.count("tasks") + report.count("steps")
            values = {"report": report.as_json(), "format": report.format, "total": total, "problem": None}
        with self._database.connect(transaction=False) as connection:
            queue.release(connection, self._taken, state=state.value, attempts=0, **values)

    def _preview(self, reading: Reading) -> Report:
        """With how many of its tasks are there already."""
        reporter, known = Reporter(reading), 0
        tasks = reading.tasks()
        while batch := list(islice(tasks, BATCH)):
            for item in batch:
                reporter.take(item)
            keys = [item.identity for item in batch if isinstance(item, ImportedTask)]
            with self._database.connect(transaction=False) as connection:
                known += ImportBatches(connection, self._actor).count_known(keys)
        report = reporter.report()
        report.counts["known"] = known
        return report

    def _import(self) -> None:
        try:
            with self._source() as source:
                self._write(Reading(source, self._tick))
        except CannotRead as problem:
            self.fail(str(problem))
        except DBAPIError as problem:
            if isinstance(problem, OperationalError):
                raise
            log.exception("The database refused a task of import %s.", self._run.id)
            self.fail(OUR_FAULT)

    def _write(self, reading: Reading) -> None:
        run, done = self._run, self._run.done
        ids: dict[str, dict[str, int]] = {}
        assert run.begun_at and run.id
        for batch, is_last in _batches(islice(reading.by_level(), done, None)):
            with self._transaction() as connection:
                ids = ids or self._prepare(connection, reading)
                batches = ImportBatches(connection, self._actor)
                known = batches.write(run.id, batch, done, run.begun_at, ids, reading.identity_of)
                done += len(batch)
                self._count_known(known)
                self._note(connection, done=done, attempts=0, report=run.report)
                if is_last:
                    self._finish(connection, reading)
                    return
            self._tick()
            self._pause()

    def _prepare(self, connection: Connection, reading: Reading) -> dict[str, dict[str, int]]:
        """The ids of lists and labels. Settings come first: dates are on the clock that they choose."""
        run, names = self._run, ImportNames(connection, self._actor)
        assert run.begun_at
        if run.done == 0 and reading.settings:
            self._actor = replace(self._actor, preferences=_with_settings(connection, self._actor, reading.settings))
        ids = {
            "lists": names.lists(reading.lists, run.begun_at),
            "labels": names.labels(reading.labels, run.begun_at),
        }
        if run.done == 0:
            self._note(connection, made=names.made)
        return ids

    def _finish(self, connection: Connection, reading: Reading) -> None:
        occurrences = (task for task in reading.by_level() if task.exact.get("series"))
        while reading.format == "daybook" and (batch := list(islice(occurrences, BATCH))):
            ImportBatches(connection, self._actor).link_series(batch)
        finished, _ = queue.claimed(connection, self._taken)
        Imports(connection, self._actor).finish(finished)
        queue.release(connection, self._taken)

    def _count_known(self, known: int) -> None:
        """Tasks that were there already, for the receipt."""
        report = self._run.report or Report().as_json()
        counts = report["counts"]
        self._run.report = {**report, "counts": {**counts, "left alone": counts.get("left alone", 0) + known}}

    def _remove(self) -> None:
        run, at = self._run, self._run.begun_at or utc_now()
        undoes, removed = run.state == State.UNDOING, run.done
        assert run.id
        while True:
            with self._transaction() as connection:
                batches = ImportBatches(connection, self._actor)
                count = batches.take_back(run.id, at) if undoes else batches.remove(run.id)
                removed = removed + count if undoes else max(removed - count, 0)
                if count == 0:
                    self._end_removing(connection, at if undoes else None)
                    return
                self._note(connection, done=removed, attempts=0)
            self._tick()
            self._pause()

    def _end_removing(self, connection: Connection, at: datetime | None) -> None:
        run = self._run
        ImportBatches(connection, self._actor).remove_names(run.made or {}, at)
        Imports(connection, self._actor).drop_file(run)
        end = State.UNDONE if at else State.FAILED if run.problem else State.CANCELLED
        queue.release(connection, self._taken, state=end.value, done=0, attempts=0)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        self._in_transaction = True
        try:
            with self._database.transaction() as session:
                yield session.connection()
        finally:
            self._in_transaction = False

    def _note(self, connection: Connection, **values: Any) -> None:
        self._taken = queue.prolong(connection, self._taken, self._run.state, **values)

    def _tick(self) -> None:
        """Raises Stopping. Keeps the lease while a long file is read."""
        if self._is_stopping():
            raise Stopping
        # Within a transaction, another connection would wait for it.
        if not self._in_transaction and self._taken.until - utc_now() < leases.LEASE / 2:
            with self._database.connect(transaction=False) as connection:
                self._note(connection)

    @contextmanager
    def _source(self) -> Iterator[Source]:
        """The file as a stream; what is longer than a part lies on disk."""
        run, preferences = self._run, self._actor.preferences
        order: DateOrder = "m/d" if preferences.date_order == "m/d" else "d/m"
        context = Context(utc_now(), preferences.zone, preferences.week_start, order)
        columns = {int(number): name for number, name in (run.columns or {}).items()}
        with SpooledTemporaryFile(max_size=CHUNK) as content:
            with self._database.connect(transaction=False) as connection:
                for part in Imports(connection, self._actor).parts(run):
                    content.write(part)
            found = open_source(
                cast(IO[bytes], content), run.file_name, context, encoding=run.encoding or "", columns=columns
            )
            with closing(found):
                yield found


def _batches(tasks: Iterable[ImportedTask]) -> Iterator[tuple[list[ImportedTask], bool]]:
    """Up to BATCH tasks each, and whether they are the last; one empty batch of no tasks."""
    rest = iter(tasks)
    batch = list(islice(rest, BATCH))
    while following := list(islice(rest, BATCH)):
        yield batch, False
        batch = following
    yield batch, True


def _with_settings(connection: Connection, actor: Actor, settings: ImportedSettings) -> Preferences:
    """The preferences of a user who had none become those of the file; unknown ones are left out."""
    table = table_of(UserPreferences)
    values = settings.values
    known = {name: value for name, value in values.items() if name in PreferencesDraft.model_fields}
    if connection.scalar(select(table.c.user_id).where(table.c.user_id == actor.user_id)) is not None:
        return actor.preferences
    try:
        draft = PreferencesDraft.model_validate(known)
    except ValidationError:
        return actor.preferences
    service = PreferencesService(connection, actor)
    if draft.time_zone and not values.get("zone_is_chosen"):
        service.detect_zone(known.pop("time_zone"))
    return service.save(draft, only=known)
