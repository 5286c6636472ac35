from tortoise import migrations
from tortoise.migrations import operations as ops

TABLES = ("drug", "indication")


async def index_slugs(apps, schema_editor) -> None:
    """Lists by name are sorted by slug, by code point. SQLite's indexes are; PostgreSQL's are sorted as its locale asks."""
    connection = schema_editor.client
    if connection.capabilities.dialect == "postgres":
        for table in TABLES:
            await connection.execute_query(f'CREATE INDEX {table}_slug_by_code_point ON {table} (slug COLLATE "C")')


class Migration(migrations.Migration):
    dependencies = [("models", "0004_feed")]

    initial = False

    operations = [ops.RunPython(index_slugs)]
