"""A time of day as a form sends it."""

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

WALL_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?")


def wall_time(written: str) -> str:
    """HH:MM; browsers may send seconds too."""
    match = WALL_TIME.fullmatch(written.strip())
    if not match:
        raise ValueError("Write the time like 18:00.")
    return f"{int(match[1]):02}:{match[2]}"


ClockTime = Annotated[
    str, AfterValidator(wall_time), WithJsonSchema({"type": "string", "description": "HH:MM", "examples": ["18:00"]})
]
