"""What a user can do with imports: choose a file, look at what it becomes, begin, cancel, take back.

The work itself is done by `web.services.import_work`, outside of requests.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import delete, select

from web.db.dialects import dialect_of
from web.domain.errors import CannotUndo, NotPossible
from web.domain.timestamps import utc_now
from web.formats.fitting import one_line, shortened
from web.formats.opening import CHUNK, LARGEST_UNPACKED
from web.models.base import Changes, table_of
from web.models.import_run import FILE_NAME_LENGTH, ImportFile, ImportRun, State
from web.services.access import lock_owner, readable
from web.services.import_batches import BATCH, ImportBatches
from web.services.records import Records

_IMPORTS, _FILES = table_of(ImportRun), table_of(ImportFile)
MOST_SHOWN = 10
# Imports of one user that wait or run.
MOST_OPEN = 3
ENCODINGS = ("windows-1252",)
_OPEN = (State.READING, State.READY, State.UNREADABLE, State.IMPORTING)


class Imports(Records[ImportRun]):
    model = ImportRun

    def latest(self) -> Sequence[ImportRun]:
        """Newest first."""
        newest = readable(ImportRun).order_by(_IMPORTS.c.created_at.desc(), _IMPORTS.c.id.desc()).limit(MOST_SHOWN)
        return self._session.scalars(newest, self._bound).all()

    def upload(self, file_name: str, chunks: Iterable[bytes], key: str) -> ImportRun:
        """Store a file and have it read. Idempotent for one key, a UUID.

        Raises NotPossible for an empty or too large file, and while too many others wait.
        """
        lock_owner(self.connection, self.actor)
        if existing := self.with_key(key):
            return existing
        if sum(run.state in _OPEN for run in self.latest()) >= MOST_OPEN:
            raise NotPossible("Finish or cancel the imports that you have begun first.")
        run = self._add(file_name, key)
        size = 0
        for number, chunk in enumerate(chunks):
            size += len(chunk)
            if size > LARGEST_UNPACKED:
                raise NotPossible(f"Files can have up to {LARGEST_UNPACKED // CHUNK} MB.")
            values = {"user_id": self.actor.user_id, "import_id": run.id, "number": number}
            self.connection.execute(_FILES.insert(), {**values, "content": zlib.compress(chunk, 6)})
        if size == 0:
            raise NotPossible("Choose a file that is not empty.")
        return run

    def read_again(self, import_id: int, *, encoding: str = "", columns: Mapping[int, str] | None = None) -> ImportRun:
        """Have the file read in another encoding, or its columns as other fields. Raises NotPossible."""
        run = self._locked(import_id, State.READY, State.UNREADABLE)
        if encoding and encoding not in ENCODINGS:
            raise NotPossible("Choose one of the encodings.")
        values: dict[str, Any] = {"state": State.READING.value, "problem": None, "attempts": 0}
        if encoding:
            values["encoding"] = encoding
        if columns is not None:
            values["columns"] = {str(number): name for number, name in columns.items()}
        return self._set(run, values)

    def begin(self, import_id: int) -> ImportRun:
        """Import what the preview shows. Idempotent. Raises NotPossible where there is no preview."""
        run = self.any(import_id)
        if run.state in (State.IMPORTING, State.DONE):
            return run
        run = self._locked(import_id, State.READY)
        return self._set(run, {"state": State.IMPORTING.value, "begun_at": utc_now(), "attempts": 0})

    def cancel(self, import_id: int) -> ImportRun:
        """Drop the file; what is imported already is removed again. Idempotent. Raises NotPossible once it is done."""
        run = self.any(import_id)
        if run.state in (State.CANCELLING, State.CANCELLED):
            return run
        run = self._locked(import_id, *_OPEN)
        if run.state == State.IMPORTING:
            return self._set(run, {"state": State.CANCELLING.value, "claimed_until": None, "attempts": 0})
        self.drop_file(run)
        return self._set(run, {"state": State.CANCELLED.value, "claimed_until": None})

    def finish(self, run: ImportRun) -> ImportRun:
        """All is imported: one event, which one Undo takes back."""
        self.drop_file(run)
        return self.change(run, "import", {"state": (run.state, State.DONE.value)})

    def undo(self, record_id: int, action: str, changes: Changes, operation: str) -> ImportRun:
        """Put all that was imported into the trash: one batch now, and the import loop what is left of a long one."""
        run, now = self.any(record_id), utc_now()
        if run.state != State.DONE:
            raise CannotUndo("", "This import has been taken back already.")
        batches = ImportBatches(self.connection, self.actor)
        done = batches.take_back(record_id, now)
        is_over = done < BATCH
        if is_over:
            batches.remove_names(run.made or {}, now)
        state = State.UNDONE if is_over else State.UNDOING
        begun = self.change(run, "undo", {"state": (run.state, state.value)}, undoes=operation)
        return self._set(begun, {"begun_at": now, "done": done, "attempts": 0, "claimed_until": None})

    def drop_file(self, run: ImportRun) -> None:
        of_run = (_FILES.c.user_id == self.actor.user_id, _FILES.c.import_id == run.id)
        self.connection.execute(delete(_FILES).where(*of_run))

    def parts(self, run: ImportRun) -> Iterable[bytes]:
        """The file, a part at a time."""
        numbers = select(_FILES.c.number).where(_FILES.c.user_id == self.actor.user_id, _FILES.c.import_id == run.id)
        for number in self.connection.scalars(numbers.order_by(_FILES.c.number)).all():
            part = select(_FILES.c.content).where(
                _FILES.c.user_id == self.actor.user_id, _FILES.c.import_id == run.id, _FILES.c.number == number
            )
            yield zlib.decompress(self.connection.execute(part).scalar_one())

    def _add(self, file_name: str, key: str) -> ImportRun:
        """Without an event: choosing a file changes nothing that a user could take back."""
        name = shortened(one_line(file_name.replace("\\", "/").rpartition("/")[2]), FILE_NAME_LENGTH) or "file"
        run = ImportRun(user_id=self.actor.user_id, file_name=name, idempotency_key=key)
        values = run.model_dump(exclude={"id"})
        made = dialect_of(self.connection).insert(_IMPORTS).values(values).returning(*_IMPORTS.c)
        row = self.connection.execute(made).one()
        return self._loaded(run, row)

    def _locked(self, import_id: int, *states: State) -> ImportRun:
        """Raises NotPossible where it is in none of these states."""
        run = self.any(import_id)
        if run.state not in states:
            raise NotPossible("This import has gone on meanwhile. Reload the page to see where it is.")
        return run

    def _set(self, run: ImportRun, values: Mapping[str, Any]) -> ImportRun:
        """Progress is no change that history tells."""
        write = _IMPORTS.update().where(_IMPORTS.c.user_id == self.actor.user_id, _IMPORTS.c.id == run.id)
        row = self.connection.execute(write.values(dict(values)).returning(*_IMPORTS.c)).one()
        return self._loaded(run, row)


def operation_of(run: ImportRun) -> str:
    """The operation of all that an import makes: what its Undo names."""
    return str(uuid5(NAMESPACE_URL, f"import {run.idempotency_key}"))
