"""A user's second factor: whether there is one, and the codes that were used. Better Auth checks the codes."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Boolean, bindparam, column, delete, exists, select, table
from sqlalchemy.exc import DBAPIError

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.used_code import UsedCode
from web.models.user import AuthSession
from web.services.access import USER_ID, bound_to
from web.services.audit import note
from web.services.records import Service

# A code is accepted for 30 seconds, and in the 30 before and after.
KEPT = timedelta(minutes=5)
# Better Auth's table (https://better-auth.com/docs/plugins/2fa#schema).
_TWO_FACTORS: Any = table("two_factors", column("user_id"), column("verified", Boolean))
_USED, _SESSIONS = table_of(UsedCode), table_of(AuthSession)
_IS_ON = select(exists().where(_TWO_FACTORS.c.user_id == USER_ID, _TWO_FACTORS.c.verified))
_CLEAR = delete(_USED).where(_USED.c.user_id == USER_ID, _USED.c.used_at < bindparam("long_ago", type_=UtcDateTime()))


class SecondFactors(Service):
    def is_on(self) -> bool:
        """Whether signing in needs a code too."""
        try:
            return bool(self.connection.execute(_IS_ON, bound_to(self.actor)).scalar_one())
        except DBAPIError as error:
            if _TWO_FACTORS.name not in str(error.orig):
                raise
            # There is no such table: a Better Auth of the operator's own without the plugin.
            return False

    def use(self, code: str) -> bool:
        """Whether this is the first use of a code; of two at the same time only one is."""
        now = utc_now()
        self.connection.execute(_CLEAR, {**bound_to(self.actor), "long_ago": now - KEPT})
        insert = dialect_of(self.connection).insert(_USED)
        once = insert.values(user_id=self.actor.user_id, code=code, used_at=now).on_conflict_do_nothing()
        return self.connection.execute(once).rowcount == 1

    def use_or_end(self, code: str, token: str) -> bool:
        """As `use`; where it is not the first use, the session with this token, which the code has opened, ends."""
        is_first = self.use(code)
        if not is_first:
            self.connection.execute(
                delete(_SESSIONS).where(_SESSIONS.c.user_id == self.actor.user_id, _SESSIONS.c.token == token)
            )
            note(self.connection, self.actor.user_id, "code-reused", utc_now())
        return is_first
