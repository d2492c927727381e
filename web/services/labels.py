"""What a user can do with labels."""

from collections.abc import Sequence

from sqlmodel import SQLModel

from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.models.base import Changes, table_of, values_of
from web.models.label import Label, name_key
from web.services.access import lock_owner, readable
from web.services.record_values import key_of
from web.services.records import Records


class Labels(Records[Label]):
    """Names are unique for a user, whatever their case."""

    model = Label

    def named(self, name: str) -> Label:
        """The label of that name, whatever its case. Raises NotFound."""
        if "\0" in name:
            # PostgreSQL has no such text.
            raise NotFound
        named = readable(self.model).where(table_of(self.model).c.name_key == name_key(name))
        label: Label | None = self._session.scalars(named, self._bound).one_or_none()
        if label is None:
            raise NotFound
        return label

    def at(self, address: str) -> Label:
        """The label of an address: digits are the number of one where there is one, anything else is a name.

        Raises NotFound.
        """
        if address.isascii() and address.isdecimal() and not address.startswith("0"):
            try:
                return self.get(int(address))
            except NotFound:
                return self.named(address)
        return self.named(address)

    def add(self, draft: SQLModel, key: str) -> Label:
        """Raises NotPossible for a name that is taken."""
        lock_owner(self.connection, self.actor)
        values = values_of(draft)
        stored_key = key_of(key, values)
        every = self.with_deleted()
        if existing := [label for label in every if label.idempotency_key == stored_key]:
            return existing[0]
        _require_free(values["name"], every)
        return self.insert(values, stored_key)[0]

    def implied(self, record: Label, changes: Changes) -> Changes:
        if "name" in changes:
            lock_owner(self.connection, self.actor)
            _require_free(changes["name"][1], self.all(), record)
        return {}

    def restore(self, record_id: int) -> Label:
        """With all tasks that had it. Raises NotPossible for a name that is taken. Idempotent."""
        lock_owner(self.connection, self.actor)
        record = self.any(record_id)
        if record.deleted_at:
            _require_free(record.name, self.all(), record)
        return super().restore(record_id)

    def put_back(self, record: Label, values: dict[str, object], operation: str) -> Label:
        lock_owner(self.connection, self.actor)
        if values.get("deleted_at", record.deleted_at) is None:
            try:
                _require_free(str(values.get("name", record.name)), self.all(), record)
            except NotPossible as problem:
                raise CannotUndo("", str(problem)) from problem
        return super().put_back(record, values, operation)


def _require_free(name: str, labels: Sequence[Label], but: Label | None = None) -> None:
    for label in labels:
        is_another = label.deleted_at is None and (but is None or label.id != but.id)
        if is_another and label.name_key == name_key(name):
            raise NotPossible(f"There is already a label “{label.name}”.")
