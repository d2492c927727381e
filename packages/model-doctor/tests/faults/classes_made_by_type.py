"""A class made by `type()` is placed at that call."""

from sqlalchemy import Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


Made = type(  # finds string-without-length at Made.title: String(200)
    "Made",
    (Base,),
    {"__tablename__": "made", "id": mapped_column(Integer, primary_key=True), "title": mapped_column(String, nullable=False)},
)
