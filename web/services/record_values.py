"""The values of records: ids, keys, and as events hold them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from web.domain.errors import NotFound
from web.domain.timestamps import iso
from web.models.base import LARGEST_ID


def key_of(key: str, values: dict[str, Any]) -> str:
    """The stored key: it depends on the form's key and on what the form said."""
    return str(uuid5(UUID(key), "\n".join(str(value or "") for value in values.values())))


def known_id(record_id: int) -> int:
    """An id that a record may have; raises NotFound for any other."""
    if not 0 < record_id <= LARGEST_ID:
        raise NotFound
    return record_id


def json_value(value: Any) -> Any:
    """A field as an event holds it."""
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value
