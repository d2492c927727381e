"""Searches find the same tasks on SQLite, on PostgreSQL and on PostgreSQL with the C locale."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import create_engine, event, make_url

from tests.databases import Databases, Stage, settings_for
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import TooManySearches
from web.domain.folding import MOST_TERMS, search_terms, search_text
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskDraft
from web.models.task_query import SORTS, STATUSES, TaskQuery
from web.models.user import User
from web.schema.migrate import migrate
from web.services import search
from web.services.paging import Listing, counts_of, page_of
from web.services.tasks import Tasks

# Letters whose case mapping changes their number or depends on context; accents, marks and joiners; letters
# without a case; and characters with a meaning in LIKE, FTS5 or SQL.
LETTERS = [*"abiIkKsS", *"İıßẞΣσςKÅåÅéЖжǅǆ", "e\u0301", "i\u0307", "\u0307", "Ა", "ა", "Ꭰ", "ꭰ", "Ɤ", "ɤ", "\u00ad"]
LETTERS += [*"牛奶漢字かな한글عربي’'", "😀", "👩‍👩‍👧", "🇩🇪", *"%_/\\\"'*()^:+-{}", "AND", "NOT", "NEAR", "--"]
NOW = utc_now()


@pytest.fixture(scope="module")
def each_database(databases: Databases, start_postgres: Callable[[], str]) -> Iterator[Mapping[str, Database]]:
    """One migrated database of each kind."""
    with ExitStack() as stack:
        addresses = {
            "SQLite": stack.enter_context(databases.copy("sqlite", Stage.HEAD)),
            "PostgreSQL": stack.enter_context(databases.copy("postgresql", Stage.HEAD)),
            "PostgreSQL, locale C": stack.enter_context(database_of_locale_c(start_postgres())),
        }
        migrate(settings_for(addresses["PostgreSQL, locale C"]))
        found = {kind: Database(settings_for(address).database_url) for kind, address in addresses.items()}
        yield found
        for database in found.values():
            database.close()


@contextmanager
def database_of_locale_c(server: str) -> Iterator[str]:
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg2"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(
            "CREATE DATABASE locale_c TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        yield make_url(server).set(database="locale_c").render_as_string(hide_password=False)
        connection.exec_driver_sql("DROP DATABASE locale_c WITH (FORCE)")
    admin.dispose()


def user_with_tasks(database: Database, texts: list[tuple[str, str | None]]) -> str:
    """The id of a user with these tasks, every third one completed; a second user gets the same tasks."""
    make = Factory(database)
    user, other = make.user(), make.user()
    with database.transaction() as session:
        for place, (title, description) in enumerate(texts):
            at = NOW + timedelta(seconds=place * 7 % 100)
            values = {"title": title, "description": description, "created_at": at, "updated_at": at}
            session.add_all(Task(user_id=one.id, completed=place % 3 == 0, **values) for one in (user, other))
    return user.id


def pages(database: Database, user_id: str, query: TaskQuery) -> list[Listing]:
    """Every page of the view, seven tasks each."""
    found: list[Listing] = []
    while not found or found[-1].next:
        with database.autocommit.connect() as connection:
            after = found[-1].next or "" if found else ""
            found.append(Tasks(connection, Actor(user_id)).list(replace(query, after=after), size=7))
    return found


def titles(database: Database, user: User, words: str) -> list[str]:
    with database.autocommit.connect() as connection:
        return sorted(task.title for task in Tasks(connection, Actor(user.id)).list(TaskQuery.read({"q": words})).tasks)


def random_text(random: Random, most: int) -> str:
    return "".join(random.choice([*LETTERS, " "]) for _ in range(random.randint(3, most))).strip(" \u00ad\u0307") or "x"


def random_query(random: Random, title: str, description: str | None) -> str:
    place = random.randrange(len(title))
    part = title[place : place + 5]
    return random.choice(
        [part, part.upper(), title.swapcase(), f"{title[-3:]} {(description or '')[:6]}", random_text(random, 4)]
    )


@pytest.mark.parametrize("seed", range(3))
def test_every_database_finds_what_contains_every_term(each_database: Mapping[str, Database], seed: int) -> None:
    random = Random(seed)
    texts = [(random_text(random, 12), random_text(random, 20) if random.random() < 0.5 else None) for _ in range(60)]
    users = {kind: user_with_tasks(database, texts) for kind, database in each_database.items()}

    for _ in range(15):
        query = TaskQuery.read({"q": random_query(random, *random.choice(texts))})
        expected = [title for title, rest in texts if all(term in search_text(title, rest) for term in query.terms)]
        for sort, status in product(SORTS, STATUSES):
            view = replace(query, sort=sort, status=status)
            answers = {kind: pages(database, users[kind], view) for kind, database in each_database.items()}
            shown = {kind: [task.title for page in found for task in page.tasks] for kind, found in answers.items()}
            if sort == "title":
                # Their order follows each database's lower().
                shown = {kind: sorted(found) for kind, found in shown.items()}
            assert shown["SQLite"] == shown["PostgreSQL"] == shown["PostgreSQL, locale C"], view
            assert len({page.counts for found in answers.values() for page in found}) == 1, view
            if status == "all":
                assert sorted(shown["SQLite"]) == sorted(expected), view


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("ΔΡΟΜΟΣΗΜΑ", "ΔΡΟΜΟΣ"),
        ("Ärger", "ärger"),
        ("pässport", "PASSPORT"),
        ("don’t forget", "don't"),
        ("co\u00adoperate", "cooperate"),
        ("İstanbul", "istanbul"),
        ("牛奶", "牛"),
        ("100%_\\", "0%_\\"),
        ("a \"quoted\" 'word'", "\"quoted\" 'word'"),
    ],
)
def test_case_and_accents_are_folded_alike_on_every_database(
    each_database: Mapping[str, Database], title: str, words: str
) -> None:
    for kind, database in each_database.items():
        make = Factory(database)
        user = make.user()
        make.task(user, title)
        make.task(user, "something else")

        assert titles(database, user, words) == [title], kind


def test_an_edited_task_is_found_by_its_new_words_only(database: Database, make: Factory) -> None:
    task = make.task(make.user(), "Buy milk", description="two bottles")
    user = User(id=task.user_id)

    with database.transaction() as session:
        draft = TaskDraft(title="Buy milk", description="a carton")
        Tasks(session.connection(), Actor(user.id)).edit(task.id or 0, draft, task.version)

    assert titles(database, user, "milk carton") == ["Buy milk"]
    assert titles(database, user, "bottles") == []


def test_a_deleted_task_is_not_found(database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, "Buy milk", deleted_at=utc_now())

    assert titles(database, user, "milk") == []


def test_a_query_of_invisible_characters_lists_every_task(database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, "Buy milk")

    assert titles(database, user, "\u200b \u00ad") == ["Buy milk"]


def test_searches_share_a_fixed_set_of_statements(database: Database, make: Factory) -> None:
    """Statements are compiled and cached by their text, so user input must not create new ones."""
    user, random = make.user(), Random(1)
    make.tasks(user, 3)
    page_of.cache_clear(), counts_of.cache_clear()
    sent: set[str] = set()
    with database.autocommit.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: sent.add(given[2]))
        tasks = Tasks(connection, Actor(user.id))
        for number in range(1, 60):
            words = " ".join(random_text(random, 5) for _ in range(number))
            view = TaskQuery.read({"q": words})
            assert len(view.terms) <= MOST_TERMS
            tasks.list(view), tasks.counts(view)

    # SQLite has one statement with and one without a term of three letters; the list without a term has another.
    assert len(sent) <= 6
    assert page_of.cache_info().currsize <= 3 and counts_of.cache_info().currsize <= 3


def test_one_user_runs_two_searches_at_once(database: Database, make: Factory) -> None:
    ada, bob = make.user(), make.user("Bob")
    with database.autocommit.connect() as connection, ExitStack() as running:
        for _ in range(search.MOST_AT_ONCE):
            running.enter_context(search.limited(connection, ada.id))

        with pytest.raises(TooManySearches):
            Tasks(connection, Actor(ada.id)).list(TaskQuery(q="milk"))
        assert Tasks(connection, Actor(ada.id)).list(TaskQuery()).tasks == []
        assert Tasks(connection, Actor(bob.id)).list(TaskQuery(q="milk")).tasks == []

        running.close()
        assert Tasks(connection, Actor(ada.id)).list(TaskQuery(q="milk")).tasks == []


def test_the_order_of_terms_does_not_matter(database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, "Buy milk and bread")

    assert titles(database, user, "bread buy") == titles(database, user, "buy bread") == ["Buy milk and bread"]
    assert search_terms("bread buy") == search_terms("buy  bread")
