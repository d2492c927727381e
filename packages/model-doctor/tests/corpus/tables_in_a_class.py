"""Tables that are kept in a class, and tables that a function adds to a MetaData."""

from conventions import CONVENTION
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

metadata = MetaData(naming_convention=CONVENTION)


class Model:
    metadata = MetaData(naming_convention=CONVENTION)
    builders = Table("builders", metadata, Column("id", Integer, primary_key=True))
    builds = Table(
        "builds",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("builder_id", ForeignKey("builders.id"), nullable=False, index=True),
    )


def add_table() -> None:
    Table("added", metadata, Column("id", Integer, primary_key=True), Column("name", String(20), nullable=False))


add_table()
