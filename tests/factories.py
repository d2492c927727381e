"""People, sign-ins and tasks for tests, written the way Better Auth and Daybook write them."""

from datetime import timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlmodel import col, select

from web.auth.cookie import signed
from web.auth.identity import LIFETIME
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models.access_token import AccessToken, AccessTokenDraft, Scope
from web.models.base import Record
from web.models.event import Event
from web.models.feed import Feed, FeedDraft
from web.models.task import Task, TaskDraft
from web.models.user import Account, AuthSession, User
from web.models.webhook import Webhook, WebhookDelivery, WebhookDraft
from web.services.access_tokens import AccessTokens
from web.services.feeds import Feeds
from web.services.purging import record_models
from web.services.tasks import Tasks
from web.services.webhooks import Webhooks

SECRET = "a secret for tests, long enough to be one"
VAPID_PRIVATE_KEY = "11" * 32
_numbers = count(1)
Row = TypeVar("Row")


def _id() -> str:
    return uuid4().hex


class Factory:
    """Makes rows and commits them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def user(self, name: str = "Ada", email: str = "", *, email_verified: bool = True) -> User:
        email = email or f"{name.lower().replace(' ', '.')}{next(_numbers)}@example.com"
        timestamp = utc_now()
        return self._kept(
            User(
                id=_id(),
                name=name,
                email=email,
                email_verified=email_verified,
                image=None,
                created_at=timestamp,
                updated_at=timestamp,
            )
        )

    def account(self, user: User, password_hash: str) -> None:
        """The password of a user, hashed as `web.auth.passwords` does."""
        values = {"account_id": user.id, "provider_id": "credential", "user_id": user.id, "password": password_hash}
        self._kept(Account(id=_id(), **values, created_at=utc_now(), updated_at=utc_now()))

    def sign_in(self, user: User, **values: Any) -> AuthSession:
        timestamp = utc_now()
        made = {"created_at": timestamp, "updated_at": timestamp, "expires_at": timestamp + LIFETIME}
        made |= {"ip_address": "127.0.0.1", "user_agent": "tests", **values}
        return self._kept(AuthSession(id=_id(), token=_id(), user_id=user.id, **made))

    def cookie(self, sign_in: AuthSession, secret: str = SECRET) -> str:
        return f"better-auth.session_token={signed(sign_in.token, secret)}"

    def task(self, user: User, title: str = "Buy milk", **values: object) -> Task:
        made = {"user_id": user.id, "title": title, "idempotency_key": str(uuid4()), "updated_at": utc_now(), **values}
        made |= {"completed_at": values.get("completed_at", made["updated_at"])} if values.get("completed") else {}
        return self._kept(Task(**made))

    def record(self, table: str, user: User, **values: object) -> Record:
        """A record of any noun, by the name of its table."""
        model = next(model for model in record_models() if model.__tablename__ == table)
        return self._kept(model(**{"user_id": user.id, **values}))

    def access_token(self, user: User, scope: Scope = Scope.WRITE) -> tuple[AccessToken, str]:
        """A token of the user, and what a program sends."""
        with self.database.transaction() as session:
            tokens = AccessTokens(session.connection(), Actor(user.id))
            token, text = tokens.add(AccessTokenDraft(name="Backup", scope=scope), str(uuid4()))
        return token, text or ""

    def feed(self, user: User, **draft: Any) -> tuple[Feed, str]:
        """A feed of the user, and the token of its address."""
        with self.database.transaction() as session:
            feed, token = Feeds(session.connection(), Actor(user.id)).add(FeedDraft(**draft), str(uuid4()))
        return feed, token or ""

    def webhook(self, user: User, url: str = "https://example.com/daybook") -> tuple[Webhook, str]:
        """A webhook of the user, to any address, and its secret."""
        with self.database.transaction() as session:
            webhooks = Webhooks(session.connection(), Actor(user.id))
            webhook, secret = webhooks.add(WebhookDraft(url=url), str(uuid4()), allows_private=True)
        return webhook, secret or ""

    def delivery(self, webhook: Webhook) -> WebhookDelivery:
        """One that failed for good, of the event of a new task."""
        with self.database.transaction() as session:
            Tasks(session.connection(), Actor(webhook.user_id)).add(TaskDraft(title="Buy milk"), str(uuid4()))
            event = session.exec(select(Event.id).order_by(col(Event.id).desc())).first()
        values = {"user_id": webhook.user_id, "webhook_id": webhook.id, "event_id": event}
        return self._kept(WebhookDelivery(**values, attempts=10, status=500))

    def operation(self, user: User) -> UUID:
        """The operation of a task that the user added."""
        operation = uuid4()
        with self.database.transaction() as session:
            tasks = Tasks(session.connection(), Actor(user.id, str(operation)))
            tasks.add(TaskDraft(title="Buy milk"), str(operation))
        return operation

    def tasks(self, user: User, number: int) -> None:
        """That many tasks, a second apart, the last one the newest: `Task 1`, `Task 2` …"""
        start = utc_now() - timedelta(days=1)
        with self.database.transaction() as session:
            session.add_all(
                Task(
                    user_id=user.id,
                    title=f"Task {place}",
                    idempotency_key=str(uuid4()),
                    created_at=start + timedelta(seconds=place),
                    updated_at=start + timedelta(seconds=place),
                )
                for place in range(1, number + 1)
            )

    def stored(self, task: Task) -> Task | None:
        """The task as the database has it now."""
        with self.database.reading() as session:
            return session.get(Task, task.id)

    def _kept(self, row: Row) -> Row:
        with self.database.transaction() as session:
            session.add(row)
        return row
