"""An enum that a SQLModel class keeps in a String column."""

import enum

from base import Field, SQLModel
from sqlalchemy import Column, String


class State(enum.Enum):
    open = "open"


class Kind(str, enum.Enum):
    small = "small"


class Basket(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    state: State = Field(sa_column=Column(String(20), nullable=False))  # finds enum-refused at Basket.state: Enum(State)
    kind: Kind | None = Field(default=None, sa_type=String(20))  # finds enum-in-string at Basket.kind: Enum(Kind)
    right: State
