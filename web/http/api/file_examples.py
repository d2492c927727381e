"""An example of each file that the API exports, written by the writers of exports, so it is what they write."""

import json
from datetime import UTC, date, datetime
from typing import Any

from web.formats.imported import ImportedList, ImportedTask
from web.formats.writers import Export
from web.services.exports import FORMATS

_AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
_TIMES = {"created_at": _AT, "updated_at": _AT, "deleted_at": None}
_HOME = ImportedList(
    0,
    "6a1f34af-17d8-4670-80aa-1f0a8fee696c",
    "Home",
    colour="teal",
    exact={**_TIMES, "position": "i7", "archived_at": None},
)
_TASK = ImportedTask(
    *(0, "Buy milk", "0ee8eb8f-4657-46a6-bbfe-8080b298e5be"),
    list_key=_HOME.key,
    priority=2,
    created_at=_AT,
    due_on=date(2027, 3, 2),
    due_time="18:00",
    exact={**_TIMES, "position": "i7", "day_position": None, "series": None, "due_at": None},
)
_EXPORT = Export({_HOME.key: _HOME}, {}, (_TASK,))


def file_examples() -> dict[str, Any]:
    """By media type; of JSON the document."""
    written = {media_type.partition(";")[0]: "".join(write(_EXPORT)) for write, media_type, _ in FORMATS.values()}
    return {name: json.loads(text) if name == "application/json" else text for name, text in written.items()}
