"""The lists and the labels of an import: those of the user that have their names, and new ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from web.db.dialects import dialect_of
from web.domain.ordering import key_at
from web.formats.imported import ImportedLabel, ImportedList
from web.models.base import Record, table_of
from web.models.colour import Colour
from web.models.label import Label
from web.models.label import name_key as label_key
from web.models.list import List, name_key
from web.services.access import lock_owner
from web.services.records import Service

_COLOURS = {colour.value for colour in Colour}


class ImportNames(Service):
    """Ids by the keys of a file; `made` has those that were new. Asked again, it finds what it made."""

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self.made: dict[str, list[int]] = {"lists": [], "labels": []}

    def lists(self, lists: Mapping[str, ImportedList], at: datetime) -> dict[str, int]:
        """Parents first. A list of the user with the same name in the same place is that list."""
        lock_owner(self.connection, self.actor)
        known = self._known(List)
        ids: dict[str, int] = {}
        for number, key in enumerate(_parents_first(lists)):
            one = lists[key]
            parent_id = ids[one.parent] if one.parent else None
            values = {
                "name": one.name,
                "name_key": name_key(one.name),
                "colour": _colour(one.colour),
                "parent_id": parent_id,
                "is_section": one.is_section and parent_id is not None,
                "position": key_at(at + timedelta(microseconds=number)),
                "archived_at": None,
            }
            ids[key] = self._id(List, known, (parent_id, values["name_key"]), values, one.exact, at)
        return ids

    def labels(self, labels: Mapping[str, ImportedLabel], at: datetime) -> dict[str, int]:
        lock_owner(self.connection, self.actor)
        known, ids = self._known(Label), {}
        for key, one in labels.items():
            values = {"name": one.name, "name_key": label_key(one.name), "colour": _colour(one.colour)}
            ids[key] = self._id(Label, known, (None, values["name_key"]), values, one.exact, at)
        return ids

    def _known(self, model: type[Record]) -> dict[Any, int]:
        """The user's records by idempotency key, and those that are not deleted by their place and name."""
        table = table_of(model)
        columns = [table.c.id, table.c.idempotency_key, table.c.name_key, table.c.deleted_at]
        place = table.c.parent_id if "parent_id" in table.c else None
        found: dict[Any, int] = {}
        every = select(*columns, *([place] if place is not None else [])).where(table.c.user_id == self.actor.user_id)
        for row in self.connection.execute(every):
            found[row.idempotency_key] = row.id
            if row.deleted_at is None:
                found[(row.parent_id if place is not None else None, row.name_key)] = row.id
        return found

    def _id(
        self,
        model: type[Record],
        known: dict[Any, int],
        name: Any,
        values: dict[str, Any],
        exact: Mapping[str, Any],
        at: datetime,
    ) -> int:
        key = exact.get("idempotency_key") or str(uuid5(NAMESPACE_URL, f"{self.actor.operation} {name}"))
        is_deleted = exact.get("deleted_at") is not None
        found = known.get(key) or (None if is_deleted else known.get(name))
        if found:
            return found
        table = table_of(model)
        row = {"created_at": at, "updated_at": at, "version": 1, "deleted_at": None, **values, **exact}
        insert = (
            dialect_of(self.connection)
            .insert(table)
            .values(user_id=self.actor.user_id, **{**row, "idempotency_key": key})
        )
        made: int = self.connection.execute(insert.returning(table.c.id)).scalar_one()
        known[key] = made
        if not is_deleted:
            known[name] = made
        self.made[table.name].append(made)
        return made


def _colour(name: str) -> str:
    return name if name in _COLOURS else Colour.GREY.value


def _parents_first(lists: Mapping[str, ImportedList]) -> Sequence[str]:
    """In their order, each behind the one around it; `web.formats.reading` leaves no circle."""
    found: dict[str, None] = {}

    def add(key: str) -> None:
        parent = lists[key].parent
        if parent and parent not in found:
            add(parent)
        found[key] = None

    for key in lists:
        add(key)
    return list(found)
