"""A computed default keeps its computation in the fix."""

import uuid
from datetime import datetime, timedelta, timezone

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


def now() -> datetime:
    return datetime.now(timezone.utc)


class Invitation(Base):
    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(  # finds import-time-default at Invitation.ends_at: default=lambda: now() + timedelta(days=7)
        DateTime(timezone=True), default=now() + timedelta(days=7)
    )
    made_at: Mapped[datetime] = mapped_column(  # finds import-time-default at Invitation.made_at: default=datetime.now.
        DateTime, default=datetime.now(), info={"doctor": {"allow": {"naive-datetime": "the clock on the wall"}}}
    )
    code: Mapped[str] = mapped_column(String(40), default="i-" + uuid.uuid4().hex)  # finds import-time-default at Invitation.code: default=lambda: 'i-' + uuid.uuid4().hex
