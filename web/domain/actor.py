"""Who acts, and under which operation."""

from dataclasses import dataclass
from uuid import uuid4


def new_operation() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Actor:
    """The user that a service acts for. Every event written carries the operation: one per click, bulk or import."""

    user_id: str
    operation: str = ""
