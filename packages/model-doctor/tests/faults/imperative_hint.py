"""In imperative mapping an annotation is only a hint: the list is whole, and only the hint is wrong."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import Mapped, backref, registry, relationship

reg = registry(metadata=MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}))
box = Table("box", reg.metadata, Column("id", Integer, primary_key=True))
lid = Table("lid", reg.metadata, Column("id", Integer, primary_key=True), Column("box_id", ForeignKey("box.id"), index=True))
sticker = Table(
    "sticker", reg.metadata, Column("id", Integer, primary_key=True), Column("box_id", ForeignKey("box.id"), index=True)
)


class Box:
    lids: Mapped["Lid"]  # finds scalar-on-collection-side at Box.lids: annotate it as list[Lid].
    stickers: "Sticker"  # finds scalar-on-collection-side at Box.stickers: annotate it as list[Sticker].


class Lid:
    pass


class Sticker:
    pass


reg.map_imperatively(Box, box, properties={"stickers": relationship(Sticker)})
reg.map_imperatively(Lid, lid, properties={"box": relationship(Box, backref=backref("lids"))})
reg.map_imperatively(Sticker, sticker)
