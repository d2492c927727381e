"""What a record has that searches can find: its folded text, kept by the model itself."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from web.domain.folding import search_text


class Searchable(SQLModel):
    """A mixin before Record. Its `searched` fields are folded into `search_text`, so no service has to remember it."""

    searched: ClassVar[tuple[str, ...]] = ()
    follow: ClassVar[tuple[str, ...]] = ("search_text",)

    # Compared by searches; NULL in a row by hand until `daybook reindex`.
    search_text: str | None = Field(default=None, sa_type=Text)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        # The default of a new record, None, is set after its other fields.
        if name in self.searched or name == "search_text":
            texts = (getattr(self, field, None) for field in self.searched)
            super().__setattr__("search_text", search_text(*texts))

    def following(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if not any(field in values for field in self.searched):
            return {}
        return {"search_text": search_text(*(values.get(field, getattr(self, field)) for field in self.searched))}
