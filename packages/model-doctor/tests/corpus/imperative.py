"""Classes that are mapped imperatively."""

from conventions import CONVENTION
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry(metadata=MetaData(naming_convention=CONVENTION))
owner = Table("owner", mapper_registry.metadata, Column("id", Integer, primary_key=True), Column("name", String(100)))
dog = Table(
    "dog",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owner.id"), index=True),
)


class Owner:
    pass


class Dog:
    pass


mapper_registry.map_imperatively(Owner, owner, properties={"dogs": relationship(Dog, back_populates="owner")})
mapper_registry.map_imperatively(Dog, dog, properties={"owner": relationship(Owner, back_populates="dogs")})
