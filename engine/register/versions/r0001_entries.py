"""The first table, and what keeps a row from being changed or taken away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER entry_{word} BEFORE {word} ON entry
BEGIN SELECT RAISE(ABORT, 'the register is only ever added to'); END
"""
POSTGRESQL = (
    """
CREATE FUNCTION entry_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the register is only ever added to'; END $$
""",
    "CREATE TRIGGER entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION entry_kept()",
)


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("rulebook", sa.String(80), nullable=False),
        sa.Column("consumer", sa.String(80)),
        sa.Column("use", sa.String(80)),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("once", sa.String(64), unique=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
    )
    op.create_index("entry_of_subject", "entry", ["rulebook", "subject", "kind"])
    if op.get_bind().dialect.name == "sqlite":
        for word in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(word=word))
    else:
        for statement in POSTGRESQL:
            op.execute(statement)
