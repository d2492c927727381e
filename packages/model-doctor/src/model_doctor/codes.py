"""Every code: its level, and why the mistake hurts. `pages/<code>.md` shows the wrong and the right model of each."""

from typing import NamedTuple

FAILS, WRONG_DATA, SLOW, TASTE = "fails", "wrong-data", "slow", "taste"
# In the order of the report.
LEVELS = (FAILS, WRONG_DATA, SLOW, TASTE)
DEFAULT_LEVELS = (FAILS, WRONG_DATA)
_FIRST_QUERY = "Mappers are configured at the first query, and that query fails, whichever model it asks for."


class Code(NamedTuple):
    """What a code means."""

    level: str
    why: str


CODES = {
    # SQLAlchemy raises these itself, later and in other words.
    "ambiguous-foreign-key": Code(FAILS, f"SQLAlchemy does not choose between foreign keys. {_FIRST_QUERY}"),
    "foreign-keys-as-field": Code(
        FAILS,
        f"In a SQLModel class body the name is a FieldInfo, not a column; a string is resolved later. {_FIRST_QUERY}",
    ),
    "foreign-keys-string": Code(
        FAILS, f"SQLAlchemy evaluates the string as Python with class names in it, not table names. {_FIRST_QUERY}"
    ),
    "unknown-target": Code(FAILS, f"The class is looked up by name when mappers are configured. {_FIRST_QUERY}"),
    "no-foreign-key": Code(FAILS, f"Without a foreign key there is no join condition. {_FIRST_QUERY}"),
    "remote-side-missing": Code(
        FAILS, f"In a table that refers to itself both sides look the same, so both got one direction. {_FIRST_QUERY}"
    ),
    "back-populates-unknown": Code(FAILS, f"The other class has no such relationship. {_FIRST_QUERY}"),
    "cannot-configure": Code(FAILS, _FIRST_QUERY),
    "foreign-key-target-unknown": Code(FAILS, "Creating the tables fails, and so does the first query."),
    "foreign-key-target-not-unique": Code(
        FAILS, "PostgreSQL refuses to create the table; SQLite creates it and fails at the first INSERT."
    ),
    "foreign-key-type": Code(FAILS, "The database refuses to create the foreign key."),
    "duplicate-index-name": Code(
        FAILS, "Tables and indexes share the names of a schema on PostgreSQL, of the file on SQLite: create_all fails."
    ),
    "set-null-on-not-null": Code(
        FAILS, "The database would write NULL where NULL is refused: deleting the parent fails."
    ),
    "naive-default-refused": Code(FAILS, "The column's type raises an error for every value without a time zone."),
    "enum-refused": Code(
        FAILS, "Drivers refuse an enum member, so every INSERT fails; psycopg 3 stores its name, and loads that."
    ),
    # These run without an error and do something else than the models say.
    "swapped-foreign-keys": Code(
        WRONG_DATA, "Nothing fails: each relationship reads and writes the column of the other."
    ),
    "sides-disagree": Code(WRONG_DATA, "Assigning one side writes both columns: one assignment changes two facts."),
    "one-side-only": Code(
        WRONG_DATA,
        "A change on one side is not visible on the other until it is loaded again, and both write the column.",
    ),
    "wrong-columns": Code(WRONG_DATA, "The join returns unrelated rows, and assigning writes the wrong column."),
    "cascade-on-many-side": Code(WRONG_DATA, "Deleting one child deletes its parent, and with it the other children."),
    "collection-on-scalar-side": Code(WRONG_DATA, "The attribute refers to one object at most; a list hides that."),
    "scalar-on-collection-side": Code(
        WRONG_DATA, "The attribute is a list after all, or one of several matching rows and the others are not shown."
    ),
    "passive-deletes-without-ondelete": Code(
        WRONG_DATA, "The ORM leaves the children to the database, which has no rule for them: the delete fails."
    ),
    "ondelete-without-passive-deletes": Code(
        WRONG_DATA,
        "The ORM sets the children's foreign key to NULL before the database could delete them: "
        "orphans remain, or NOT NULL fails.",
    ),
    "ondelete-without-cascade": Code(
        WRONG_DATA,
        "Children that are loaded lose their parent, the others are deleted: the result depends on what is loaded.",
    ),
    "cascade-but-set-null": Code(
        WRONG_DATA, "The ORM deletes the children, the database keeps them: the result depends on who deletes."
    ),
    "not-null-child": Code(
        WRONG_DATA, "Deleting a parent sets the children's foreign key to NULL, which the column refuses."
    ),
    "link-without-primary-key": Code(WRONG_DATA, "The same pair can be stored twice; lists then show it twice."),
    "link-without-unique": Code(WRONG_DATA, "The same pair can be stored twice; lists then show it twice."),
    "import-time-default": Code(
        WRONG_DATA, "It is evaluated once, at import: every row until the next start gets that value."
    ),
    "mutable-default": Code(WRONG_DATA, "All rows share one object: what one row puts in is stored with the next."),
    "quoted-server-default": Code(
        WRONG_DATA,
        "The database gets a quoted constant: PostgreSQL evaluates it once, at CREATE TABLE, or refuses it; "
        "SQLite stores the text.",
    ),
    "naive-into-aware": Code(
        WRONG_DATA,
        "The database takes the value for its session's time zone, so the same code stores different moments.",
    ),
    "foreign-key-size": Code(WRONG_DATA, "A value that fits the referenced column does not fit the foreign key."),
    "enum-in-string": Code(
        WRONG_DATA, "The attribute is an enum member until it is stored, and a plain value after loading."
    ),
    "validators-never-run": Code(
        WRONG_DATA, "SQLModel does not validate table=True classes when they are created: rejected values are stored."
    ),
    "never-imported": Code(WRONG_DATA, "Alembic does not see the table: the next autogenerated migration drops it."),
    "sqlalchemy-warning": Code(WRONG_DATA, "SQLAlchemy warns once, at the first query, and goes on with a guess."),
    "database-differs": Code(
        WRONG_DATA, "The models and the database disagree: the first statement that depends on it fails."
    ),
    "cannot-examine": Code(WRONG_DATA, "This check reported nothing here; the other checks ran."),
    # Correct, and slow.
    "foreign-key-without-index": Code(
        SLOW, "Each delete of a parent, and each query for its children, reads the whole table."
    ),
    "redundant-index": Code(SLOW, "Every write maintains an index that no query needs."),
    # A matter of opinion or of convention.
    "join-without-foreign-key": Code(
        TASTE, "No foreign key guards the column: it may refer to rows that do not exist."
    ),
    "nullability-differs": Code(TASTE, "Type checkers believe the annotation, the database does not follow it."),
    "naive-datetime": Code(TASTE, "Without a time zone the same value is a different moment on another machine."),
    "string-without-length": Code(
        TASTE, "Any length is stored: a title of ten megabytes makes a page of ten megabytes."
    ),
    "unnamed-constraint": Code(
        TASTE, "A migration cannot name the constraint it should change; on SQLite it has no name at all."
    ),
}


def level_of(code: str) -> str:
    return CODES[code].level
