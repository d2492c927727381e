"""`sa_column=Column(JSON)` drops NOT NULL."""

from base import Field, SQLModel
from sqlalchemy import JSON, Column


class Basket(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    extras: dict = Field(sa_column=Column(JSON))  # finds nullability-differs at Basket.extras: nullable=False
    right: dict = Field(sa_column=Column(JSON, nullable=False))
    more: dict | None = Field(default=None, sa_column=Column(JSON))
