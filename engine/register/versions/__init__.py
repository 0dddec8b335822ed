"""The migrations of the register, which Alembic runs in order."""
