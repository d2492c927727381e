"""The colours that lists and labels may have, stored by name."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint


class Colour(StrEnum):
    """Nine inks, each with at least 4.5:1 on the page in both colour schemes (static/css/label.css)."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    VIOLET = "violet"
    PINK = "pink"
    GREY = "grey"


def colour_known() -> Any:
    """The CHECK of a column `colour`."""
    return CheckConstraint(f"colour IN ({', '.join(repr(colour.value) for colour in Colour)})", name="colour_known")
