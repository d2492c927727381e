"""SQLModel's own patterns: link models, validators on data classes, cascade_delete, UUID keys."""

import uuid
from datetime import datetime, timezone
from typing import List, Optional  # noqa: UP035

from conventions import CONVENTION
from pydantic import field_validator
from sqlalchemy import Column, DateTime, ForeignKey
from sqlmodel import Field, Relationship, SQLModel

SQLModel.metadata.naming_convention = CONVENTION


class HeroTeam(SQLModel, table=True):
    team_id: int | None = Field(default=None, foreign_key="team.id", primary_key=True)
    hero_id: uuid.UUID | None = Field(default=None, foreign_key="hero.id", primary_key=True, index=True)
    is_training: bool = False


class HeroBase(SQLModel):
    name: str = Field(index=True, max_length=100)
    age: int | None = None

    @field_validator("name")
    @classmethod
    def name_is_not_blank(cls, name: str) -> str:
        return name.strip()


class HeroCreate(HeroBase):
    pass


class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100, unique=True)
    heroes: List["Hero"] = Relationship(back_populates="teams", link_model=HeroTeam)  # noqa: UP006
    missions: list["Mission"] = Relationship(back_populates="team", cascade_delete=True)


class Hero(HeroBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    created_at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc), sa_type=DateTime(timezone=True))
    teams: list[Team] = Relationship(back_populates="heroes", link_model=HeroTeam)
    profile: Optional["Profile"] = Relationship(back_populates="hero")
    mentor_id: uuid.UUID | None = Field(default=None, foreign_key="hero.id", index=True)
    mentor: Optional["Hero"] = Relationship(back_populates="pupils", sa_relationship_kwargs={"remote_side": "Hero.id"})
    pupils: list["Hero"] = Relationship(back_populates="mentor")


class Mission(SQLModel, table=True):
    """The form of SQLModel's tutorial: a cascade without passive_deletes."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", ondelete="CASCADE", index=True)
    team: Team = Relationship(back_populates="missions")


class Profile(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    hero_id: uuid.UUID | None = Field(sa_column=Column(ForeignKey("hero.id"), unique=True))
    hero: Hero | None = Relationship(back_populates="profile")


class Strict(SQLModel, table=True):
    """With validate_assignment the validators run."""

    model_config = {"validate_assignment": True}

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)

    @field_validator("name")
    @classmethod
    def name_is_not_blank(cls, name: str) -> str:
        return name.strip()
