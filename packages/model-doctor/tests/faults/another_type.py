"""Foreign keys whose type or length differs from the referenced column."""

from base import Field, SQLModel


class User(SQLModel, table=True):
    id: str = Field(primary_key=True, max_length=36)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)  # finds foreign-key-type at Task.user_id: VARCHAR(36)
    other_id: str = Field(  # finds foreign-key-size at Task.other_id: VARCHAR(36)
        foreign_key="user.id", index=True, max_length=32
    )
