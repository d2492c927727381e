"""Days and timestamps as forms and programs write them. Pydantic would take a number for seconds since 1970 too."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = TypeAdapter(AwareDatetime)


def _day(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise PydanticCustomError("date_parsing", "Input should be a day")


def _timestamp(written: Any) -> datetime | Any:
    if not isinstance(written, str):
        return written
    if not _DAY.match(written):
        raise PydanticCustomError("datetime_parsing", "Input should be a timestamp")
    try:
        return _TIMESTAMP.validate_python(written)
    except ValidationError as problem:
        raise PydanticCustomError(problem.errors()[0]["type"], "Input should be a timestamp") from problem


Day = Annotated[date, BeforeValidator(_day)]
Timestamp = Annotated[AwareDatetime, BeforeValidator(_timestamp)]
