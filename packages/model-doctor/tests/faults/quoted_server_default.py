"""Functions that reach the database as quoted text; other constants are right, in text columns brackets too."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, DateTime, MetaData, String, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Basket(Base):
    __tablename__ = "basket"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(  # finds quoted-server-default at Basket.made_at: server_default=text("now()")
        DateTime(timezone=True), server_default="now()"
    )
    seen_at: Mapped[datetime] = mapped_column(  # finds quoted-server-default at Basket.seen_at: text("CURRENT_TIMESTAMP")
        DateTime(timezone=True), server_default="CURRENT_TIMESTAMP"
    )
    key: Mapped[uuid.UUID] = mapped_column(Uuid, server_default="gen_random_uuid()")  # finds quoted-server-default at Basket.key: gen_random_uuid
    code: Mapped[str] = mapped_column(String(36), server_default="gen_random_uuid()")  # finds quoted-server-default at Basket.code: gen_random_uuid
    ends_at: Mapped[datetime] = mapped_column(  # finds quoted-server-default at Basket.ends_at: text("now() + interval '1 day'")
        DateTime(timezone=True), server_default="now() + interval '1 day'"
    )
    kind: Mapped[str] = mapped_column(String(20), server_default="none (yet)")
    count: Mapped[int] = mapped_column(server_default="0")
    more: Mapped[dict] = mapped_column(JSON, server_default="{}")
    right_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
