"""A search as a part of a statement. The statement depends on the database, never on what was typed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, Table


class Search(NamedTuple):
    """How to narrow a SELECT on a table to the rows that contain every term, and the parameters for it.

    `narrow` is one of a few functions, so that statements can be cached by it.
    """

    narrow: Callable[[Select[Any], Table], Select[Any]]
    params: Mapping[str, Any]
