"""ON DELETE SET NULL on a column that refuses NULL."""

from base import Field, SQLModel
from sqlalchemy import Column, ForeignKey, Integer


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(  # finds set-null-on-not-null at Task.user_id: make the column nullable
        sa_column=Column(Integer, ForeignKey("user.id", ondelete="SET NULL"), nullable=False, index=True)
    )
