"""The one table of the register, and its migrations."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

HERE = Path(__file__).resolve().parent

METADATA = sa.MetaData()

ENTRY = sa.Table(
    "entry",
    METADATA,
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
    sa.Index("entry_of_subject", "rulebook", "subject", "kind"),
)


def upgrade(connection: sa.Connection) -> None:
    """Brings the tables to what this version writes; nothing is done where they are."""
    script = ScriptDirectory(str(HERE), version_locations=[str(HERE / "versions")])

    def steps(revision: object, _: object) -> object:
        return script._upgrade_revs("head", revision)  # type: ignore[arg-type]  # noqa: SLF001  # as Alembic documents

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=METADATA)
        with environment.begin_transaction():
            environment.run_migrations()
