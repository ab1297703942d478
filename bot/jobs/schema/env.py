"""Alembic's entry: migrates on the connection it is handed; never reads a configuration of its own."""

from alembic import context

from bot.jobs.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table="imagine_version")
with context.begin_transaction():
    context.run_migrations()
