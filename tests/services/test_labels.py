"""Labels in the order of their list."""

from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.services.labels import Labels


def test_labels_are_listed_oldest_first(database: Database, make: Factory) -> None:
    ada = make.user("Ada")
    names = ["one", "two", "three"]
    labels = [make.record("labels", ada, name=name) for name in names]

    with database.transaction() as session:
        found = Labels(session.connection(), Actor(ada.id, new_operation())).all()

    assert [label.name for label in found] == names
    assert [label.id for label in found] == [label.id for label in labels]
