"""A fix names an index with no more letters than databases accept."""

from sqlalchemy import ForeignKeyConstraint, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Contract(Base):
    __tablename__ = "contracts_of_the_northern_regional_office"
    organisation: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)


class Clause(Base):
    __tablename__ = "clauses_of_the_northern_regional_office"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(String(20))  # finds foreign-key-without-index at Clause.organisation: Index("ix_clauses_of_the_northern_regional_office_organisation_contrac", "organisation", "contract_number")
    contract_number: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation", "contract_number"],
            [
                "contracts_of_the_northern_regional_office.organisation",
                "contracts_of_the_northern_regional_office.number",
            ],
            name="fk_clause",
        ),
    )
