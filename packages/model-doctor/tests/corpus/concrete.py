"""Concrete table inheritance: every class writes the relationship, and all of them name one other side."""

from conventions import CONVENTION
from sqlalchemy import ForeignKey, MetaData, String
from sqlalchemy.ext.declarative import AbstractConcreteBase, ConcreteBase
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)


class Company(Base):
    __tablename__ = "company"
    id: Mapped[int] = mapped_column(primary_key=True)
    letters_and_bills: Mapped[list["Document"]] = relationship(back_populates="company")
    employees: Mapped[list["Employee"]] = relationship(back_populates="company", enable_typechecks=False)


class Employee(ConcreteBase, Base):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company | None] = relationship(back_populates="employees")
    __mapper_args__ = {"polymorphic_identity": "employee", "concrete": True}


class Manager(Employee):
    __tablename__ = "manager"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company | None] = relationship(back_populates="employees")
    __mapper_args__ = {"polymorphic_identity": "manager", "concrete": True}


class Document(AbstractConcreteBase, Base):
    strict_attrs = True
    title = mapped_column(String(50), nullable=False)

    @declared_attr
    def company_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("company.id"), index=True)

    @declared_attr
    def company(cls) -> Mapped[Company]:  # noqa: N805
        return relationship("Company", back_populates="letters_and_bills")


class Letter(Document):
    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "letter", "concrete": True}


class Bill(Document):
    __tablename__ = "bill"
    id: Mapped[int] = mapped_column(primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "bill", "concrete": True}
