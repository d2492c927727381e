"""Which labels a task has."""

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from web.models.base import BIG_ID


class TaskLabel(SQLModel, table=True):
    """A label on a task. Both belong to the user of the row, so no task can have the label of another user."""

    __tablename__ = "task_labels"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "task_id"], ["tasks.user_id", "tasks.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["user_id", "label_id"], ["labels.user_id", "labels.id"], ondelete="CASCADE"),
        Index("ix_task_labels_user_id_label_id", "user_id", "label_id", "task_id"),
    )

    user_id: str = Field(primary_key=True)
    task_id: int = Field(primary_key=True, sa_type=BIG_ID)
    label_id: int = Field(primary_key=True, sa_type=BIG_ID)
