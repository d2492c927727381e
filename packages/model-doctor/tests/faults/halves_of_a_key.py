"""A composite primary key, and a foreign key to each half of it."""

from base import Field, Relationship, SQLModel


class Room(SQLModel, table=True):
    house: int = Field(primary_key=True)
    number: int = Field(primary_key=True)


class Chair(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    house: int = Field(foreign_key="room.house", index=True)  # finds foreign-key-target-not-unique at Chair.house: ForeignKeyConstraint(["house", "number"], ["room.house", "room.number"])
    number: int = Field(foreign_key="room.number", index=True)
    room: Room = Relationship()
