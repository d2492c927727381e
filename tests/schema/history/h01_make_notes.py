"""Make notes, and replies that go with them"""

import sqlalchemy as sa

from web.schema import operations as step

revision = "h01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    step.add_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(50), nullable=False),
        sa.Column("weight", sa.String(9), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notes_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("length(words) > 0 AND words <> '), CHECK ('", name="ck_notes_words_some"),
    )
    step.add_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name="fk_replies_note_id_notes", ondelete="CASCADE"),
    )
    step.add_trigger("tr_notes_refuse", REFUSE_ON_SQLITE if step.on_sqlite() else REFUSE_ON_POSTGRESQL)


def downgrade() -> None:
    step.drop_table("replies")
    step.drop_table("notes")


REFUSE_ON_SQLITE = """
CREATE TRIGGER tr_notes_refuse BEFORE UPDATE OF id ON notes
BEGIN
    SELECT RAISE(ABORT, 'the number stays');
END"""
REFUSE_ON_POSTGRESQL = """
CREATE TRIGGER tr_notes_refuse BEFORE UPDATE OF id ON notes FOR EACH ROW
EXECUTE FUNCTION suppress_redundant_updates_trigger()"""
