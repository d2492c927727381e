"""Days and moments as forms and programs write them. Pydantic would take a number for seconds since 1970 too."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = TypeAdapter(AwareDatetime)


def _day(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise PydanticCustomError("date_parsing", "Input should be a day")


def _moment(written: Any) -> datetime | Any:
    if not isinstance(written, str):
        return written
    if not _DAY.match(written):
        raise PydanticCustomError("datetime_parsing", "Input should be a moment")
    try:
        return _MOMENT.validate_python(written)
    except ValidationError as problem:
        raise PydanticCustomError(problem.errors()[0]["type"], "Input should be a moment") from problem


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
