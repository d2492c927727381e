"""One misspelt table is one finding: the relationship has no join only because of it."""

from typing import Optional

from base import Field, Relationship, SQLModel


class PageLayout(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    pages: list["Page"] = Relationship(back_populates="layout")


class Page(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    layout_id: Optional[int] = Field(default=None, foreign_key="page_layout.id", index=True)  # finds foreign-key-target-unknown at Page.layout_id: "pagelayout.id"
    layout: Optional[PageLayout] = Relationship(back_populates="pages")
