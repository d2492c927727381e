"""Tables, their data shapes and their small verbs. One metadata, every constraint with a name."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

# Without a name, a later migration could not take a constraint away on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def import_all() -> None:
    """Import every model, so that the metadata knows all tables."""
    for found in iter_modules(__path__):
        import_module(f"{__name__}.{found.name}")
