"""Who acts, and under which operation."""

from dataclasses import dataclass, field
from uuid import uuid4

from web.domain.preferences import Preferences


def new_operation() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Actor:
    """The user that a service acts for. Every event written carries the operation: one per click, bulk or import."""

    user_id: str
    operation: str = ""
    preferences: Preferences = field(default_factory=Preferences)
