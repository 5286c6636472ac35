from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ranges import RangeField
from tortoise import fields
from tortoise.indexes import Index

RELEASED = 4
"""The kind of event, as `models.feed` numbers it."""

STATEMENTS = (
    # What happened so far keeps its order.
    "INSERT INTO feed_event (position, kind, rating_id, drug_id, indication_id, specialty_id, country, is_first, at)"
    " SELECT ROW_NUMBER() OVER (ORDER BY rating_event.id), rating_event.kind, rating_event.rating_id,"
    " rating_event.drug_id, rating_event.indication_id, rating.specialty_id, rating.country, FALSE, rating_event.at"
    " FROM rating_event LEFT JOIN rating ON rating.id = rating_event.rating_id ORDER BY rating_event.id",
    "INSERT INTO feed_state (id, last_position, pruned_position)"
    " SELECT 1, COALESCE(MAX(position), 0), 0 FROM feed_event",
)

INDEX_OF_RELEASES = f"CREATE INDEX feed_event_released ON feed_event (position) WHERE kind = {RELEASED}"
"""Most events are about single ratings; readers who see none look for these."""

INDEX_OF_UNNUMBERED = "CREATE INDEX feed_event_unnumbered ON feed_event (id) WHERE position IS NULL"
"""Nearly empty, and looked at with every commit: without it PostgreSQL may take one that holds everything."""

GIVE_POSITION = (
    "CREATE TRIGGER feed_event_position AFTER INSERT ON feed_event WHEN NEW.position IS NULL BEGIN"
    " UPDATE feed_state SET last_position = last_position + 1 WHERE id = 1;"
    " UPDATE feed_event SET position = (SELECT last_position FROM feed_state WHERE id = 1) WHERE id = NEW.id; END"
)
"""Only one transaction writes at a time on SQLite, so the order of writing is that of committing."""


async def begin_feed(apps, schema_editor) -> None:
    connection = schema_editor.client
    sqlite = connection.capabilities.dialect == "sqlite"
    for statement in (*STATEMENTS, INDEX_OF_RELEASES, GIVE_POSITION if sqlite else INDEX_OF_UNNUMBERED):
        await connection.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0003_verified_physicians")]

    initial = False

    operations = [
        ops.CreateModel(
            name="FeedEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("position", fields.BigIntField(null=True, unique=True)),
                ("kind", RangeField(low=1, high=7)),
                ("rating_id", fields.BigIntField(null=True)),
                ("drug_id", fields.IntField(null=True)),
                ("indication_id", fields.IntField(null=True)),
                ("specialty_id", fields.IntField(null=True)),
                ("country", fields.CharField(null=True, max_length=2)),
                ("is_first", fields.BooleanField(default=False, db_default=False)),
                ("account_id", fields.IntField(null=True)),
                ("key_id", fields.IntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "feed_event",
                "app": "models",
                "indexes": [
                    Index(fields=["drug_id", "at"], name="feed_event_drug_at"),
                    Index(fields=["drug_id", "position"], name="feed_event_drug_position"),
                ],
                "pk_attr": "id",
                "table_description": "Something that has happened. It holds keys only, so that what is erased leaves nothing behind here.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FeedState",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("last_position", fields.BigIntField(default=0, db_default=0)),
                ("pruned_position", fields.BigIntField(default=0, db_default=0)),
            ],
            options={
                "table": "feed_state",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How far the log goes. The only row has the id 1.",
            },
            bases=["Model"],
        ),
        ops.RunPython(begin_feed),
        ops.DeleteModel(name="RatingEvent"),
    ]
