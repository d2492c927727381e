"""The ORM deletes rows that the database would keep."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(  # finds cascade-but-set-null at User.tasks: ondelete="CASCADE"
        back_populates="user", cascade_delete=True,
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True, ondelete="SET NULL")
    user: User | None = Relationship(back_populates="tasks")
