from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ranges import RangeField
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index


def _statements(dialect: str) -> list[str]:
    """What makes the audit log append-only."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER audit_entry_no_{change.lower()} BEFORE {change} ON audit_entry"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            for change in ("UPDATE", "DELETE")
        ] + [
            # INSERT OR REPLACE deletes without a trigger.
            "CREATE TRIGGER audit_entry_no_replacement BEFORE INSERT ON audit_entry"
            " WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        ]
    return [
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()",
    ]


async def keep_audit_log(apps, schema_editor) -> None:
    connection = schema_editor.client
    for statement in _statements(connection.capabilities.dialect):
        await connection.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0002_segments_and_priors")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Account",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("subject_hash", fields.CharField(unique=True, max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reviews_seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A person who has signed in.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ApiKey",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(max_length=100)),
                ("public_part", fields.CharField(unique=True, max_length=32)),
                ("secret_hash", fields.CharField(max_length=64)),
                ("scopes", fields.CharField(max_length=200)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "api_key",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An integrator's key: `public_part` finds it, and of its secret only the hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("actor", fields.CharField(max_length=40)),
                ("action", fields.CharField(max_length=40)),
                ("subject", fields.CharField(max_length=40)),
                ("details", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "audit_entry",
                "app": "models",
                "indexes": [Index(fields=["subject", "id"], name="audit_entry_subject")],
                "pk_attr": "id",
                "table_description": "A decision or a change of status, written once: the database refuses to change or delete it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ClientMutation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_id", fields.IntField()),
                ("client_mutation_id", fields.CharField(max_length=100)),
                ("mutation", fields.CharField(max_length=40)),
                ("input_digest", fields.CharField(max_length=64)),
                ("outcome", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "client_mutation",
                "app": "models",
                "unique_together": (("account_id", "client_mutation_id"),),
                "indexes": [Index(fields=["at"], name="client_mutation_at")],
                "pk_attr": "id",
                "table_description": "A mutation that was carried out, by the id that its client gave it, so that a repetition does nothing.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Follow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_id", fields.IntField()),
                ("drug_id", fields.IntField(db_index=True)),
                ("indication_id", fields.IntField(default=0, db_default=0)),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "follow",
                "app": "models",
                "unique_together": (("account_id", "drug_id", "indication_id"),),
                "pk_attr": "id",
                "table_description": "That an account follows a drug, for one indication or for all.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HeldComment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rating_id", fields.BigIntField(unique=True)),
                ("comment", fields.TextField(unique=False)),
                ("state", RangeField(default=0, db_default=0, low=0, high=1)),
                ("held_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "held_comment",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A comment that is not shown: it waits for a moderator, or one took it out. A rating has at most one.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HelpfulMark",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rating_id", fields.BigIntField()),
                ("account_id", fields.IntField(db_index=True)),
                ("marked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "helpful_mark",
                "app": "models",
                "unique_together": (("rating_id", "account_id"),),
                "pk_attr": "id",
                "table_description": "That an account finds a rating helpful.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Licence",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "physician",
                    fields.OneToOneField(
                        "models.Physician",
                        source_field="physician_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="licence",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("country", fields.CharField(max_length=2)),
                ("authority", fields.CharField(max_length=100)),
                ("number_hash", fields.CharField(unique=True, max_length=64)),
                ("number_sealed", fields.BinaryField()),
            ],
            options={
                "table": "licence",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A physician's licence. `number_hash` is a keyed hash for look-up, `number_sealed` the number encrypted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ModerationCase",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", RangeField(low=1, high=3)),
                ("open_key", fields.CharField(null=True, unique=True, max_length=40)),
                ("rating_id", fields.BigIntField(null=True)),
                ("physician_id", fields.IntField(null=True)),
                ("urgency", RangeField(low=0, high=1)),
                ("findings", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("aware_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "moderation_case",
                "app": "models",
                "indexes": [
                    Index(fields=["urgency", "opened_at", "id"], name="moderation_case_queue"),
                    Index(fields=["rating_id"], name="moderation_case_rating"),
                    Index(fields=["physician_id"], name="moderation_case_physician"),
                ],
                "pk_attr": "id",
                "table_description": "Something that a moderator is to decide on.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RatingEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", RangeField(low=1, high=3)),
                ("rating_id", fields.BigIntField()),
                ("drug_id", fields.IntField()),
                ("indication_id", fields.IntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rating_event",
                "app": "models",
                "indexes": [Index(fields=["drug_id", "at"], name="rating_event_drug")],
                "pk_attr": "id",
                "table_description": "Something that happened to a rating. It holds keys only, so that what is erased leaves nothing behind here.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RatingReport",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rating_id", fields.BigIntField()),
                ("account_id", fields.IntField(db_index=True)),
                ("reason", fields.CharField(max_length=32)),
                ("note", fields.TextField(null=True, unique=False)),
                ("reported_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rating_report",
                "app": "models",
                "unique_together": (("rating_id", "account_id"),),
                "pk_attr": "id",
                "table_description": "That somebody thinks a rating should be looked at.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Registration",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "account",
                    fields.OneToOneField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="registration",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "physician",
                    fields.OneToOneField(
                        "models.Physician",
                        source_field="physician_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="registration",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("status", RangeField(default=0, db_default=0, low=0, high=3)),
                ("practising_since", fields.SmallIntField()),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "registration",
                "app": "models",
                "pk_attr": "id",
                "table_description": "That an account is a physician, and whether their licence has been verified.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RegistryLicence",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number_hash", fields.CharField(unique=True, max_length=64)),
                ("specialty_id", fields.IntField(null=True)),
            ],
            options={
                "table": "registry_licence",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A licence that a registry knows, as a keyed hash of country, authority and number.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReleasedCell",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("drug_id", fields.IntField()),
                ("indication_id", fields.IntField()),
                ("segment_kind", fields.SmallIntField()),
                ("segment_value", fields.CharField(max_length=32)),
                ("rating_count", fields.IntField(default=0, db_default=0)),
                ("efficacy_1", fields.IntField(default=0, db_default=0)),
                ("efficacy_2", fields.IntField(default=0, db_default=0)),
                ("efficacy_3", fields.IntField(default=0, db_default=0)),
                ("efficacy_4", fields.IntField(default=0, db_default=0)),
                ("efficacy_5", fields.IntField(default=0, db_default=0)),
                ("safety_1", fields.IntField(default=0, db_default=0)),
                ("safety_2", fields.IntField(default=0, db_default=0)),
                ("safety_3", fields.IntField(default=0, db_default=0)),
                ("safety_4", fields.IntField(default=0, db_default=0)),
                ("safety_5", fields.IntField(default=0, db_default=0)),
                ("tolerability_1", fields.IntField(default=0, db_default=0)),
                ("tolerability_2", fields.IntField(default=0, db_default=0)),
                ("tolerability_3", fields.IntField(default=0, db_default=0)),
                ("tolerability_4", fields.IntField(default=0, db_default=0)),
                ("tolerability_5", fields.IntField(default=0, db_default=0)),
                ("accessibility_1", fields.IntField(default=0, db_default=0)),
                ("accessibility_2", fields.IntField(default=0, db_default=0)),
                ("accessibility_3", fields.IntField(default=0, db_default=0)),
                ("accessibility_4", fields.IntField(default=0, db_default=0)),
                ("accessibility_5", fields.IntField(default=0, db_default=0)),
                ("adherence_1", fields.IntField(default=0, db_default=0)),
                ("adherence_2", fields.IntField(default=0, db_default=0)),
                ("adherence_3", fields.IntField(default=0, db_default=0)),
                ("adherence_4", fields.IntField(default=0, db_default=0)),
                ("adherence_5", fields.IntField(default=0, db_default=0)),
                ("preference_1", fields.IntField(default=0, db_default=0)),
                ("preference_2", fields.IntField(default=0, db_default=0)),
                ("preference_3", fields.IntField(default=0, db_default=0)),
                ("preference_4", fields.IntField(default=0, db_default=0)),
                ("preference_5", fields.IntField(default=0, db_default=0)),
                ("efficacy_safety_count", fields.IntField(default=0, db_default=0)),
                ("efficacy_safety_sum_first", fields.IntField(default=0, db_default=0)),
                ("efficacy_safety_sum_second", fields.IntField(default=0, db_default=0)),
                ("efficacy_safety_sum_product", fields.IntField(default=0, db_default=0)),
                ("efficacy_tolerability_count", fields.IntField(default=0, db_default=0)),
                ("efficacy_tolerability_sum_first", fields.IntField(default=0, db_default=0)),
                ("efficacy_tolerability_sum_second", fields.IntField(default=0, db_default=0)),
                ("efficacy_tolerability_sum_product", fields.IntField(default=0, db_default=0)),
                ("efficacy_accessibility_count", fields.IntField(default=0, db_default=0)),
                ("efficacy_accessibility_sum_first", fields.IntField(default=0, db_default=0)),
                ("efficacy_accessibility_sum_second", fields.IntField(default=0, db_default=0)),
                ("efficacy_accessibility_sum_product", fields.IntField(default=0, db_default=0)),
                ("efficacy_adherence_count", fields.IntField(default=0, db_default=0)),
                ("efficacy_adherence_sum_first", fields.IntField(default=0, db_default=0)),
                ("efficacy_adherence_sum_second", fields.IntField(default=0, db_default=0)),
                ("efficacy_adherence_sum_product", fields.IntField(default=0, db_default=0)),
                ("efficacy_preference_count", fields.IntField(default=0, db_default=0)),
                ("efficacy_preference_sum_first", fields.IntField(default=0, db_default=0)),
                ("efficacy_preference_sum_second", fields.IntField(default=0, db_default=0)),
                ("efficacy_preference_sum_product", fields.IntField(default=0, db_default=0)),
                ("safety_tolerability_count", fields.IntField(default=0, db_default=0)),
                ("safety_tolerability_sum_first", fields.IntField(default=0, db_default=0)),
                ("safety_tolerability_sum_second", fields.IntField(default=0, db_default=0)),
                ("safety_tolerability_sum_product", fields.IntField(default=0, db_default=0)),
                ("safety_accessibility_count", fields.IntField(default=0, db_default=0)),
                ("safety_accessibility_sum_first", fields.IntField(default=0, db_default=0)),
                ("safety_accessibility_sum_second", fields.IntField(default=0, db_default=0)),
                ("safety_accessibility_sum_product", fields.IntField(default=0, db_default=0)),
                ("safety_adherence_count", fields.IntField(default=0, db_default=0)),
                ("safety_adherence_sum_first", fields.IntField(default=0, db_default=0)),
                ("safety_adherence_sum_second", fields.IntField(default=0, db_default=0)),
                ("safety_adherence_sum_product", fields.IntField(default=0, db_default=0)),
                ("safety_preference_count", fields.IntField(default=0, db_default=0)),
                ("safety_preference_sum_first", fields.IntField(default=0, db_default=0)),
                ("safety_preference_sum_second", fields.IntField(default=0, db_default=0)),
                ("safety_preference_sum_product", fields.IntField(default=0, db_default=0)),
                ("tolerability_accessibility_count", fields.IntField(default=0, db_default=0)),
                ("tolerability_accessibility_sum_first", fields.IntField(default=0, db_default=0)),
                ("tolerability_accessibility_sum_second", fields.IntField(default=0, db_default=0)),
                ("tolerability_accessibility_sum_product", fields.IntField(default=0, db_default=0)),
                ("tolerability_adherence_count", fields.IntField(default=0, db_default=0)),
                ("tolerability_adherence_sum_first", fields.IntField(default=0, db_default=0)),
                ("tolerability_adherence_sum_second", fields.IntField(default=0, db_default=0)),
                ("tolerability_adherence_sum_product", fields.IntField(default=0, db_default=0)),
                ("tolerability_preference_count", fields.IntField(default=0, db_default=0)),
                ("tolerability_preference_sum_first", fields.IntField(default=0, db_default=0)),
                ("tolerability_preference_sum_second", fields.IntField(default=0, db_default=0)),
                ("tolerability_preference_sum_product", fields.IntField(default=0, db_default=0)),
                ("accessibility_adherence_count", fields.IntField(default=0, db_default=0)),
                ("accessibility_adherence_sum_first", fields.IntField(default=0, db_default=0)),
                ("accessibility_adherence_sum_second", fields.IntField(default=0, db_default=0)),
                ("accessibility_adherence_sum_product", fields.IntField(default=0, db_default=0)),
                ("accessibility_preference_count", fields.IntField(default=0, db_default=0)),
                ("accessibility_preference_sum_first", fields.IntField(default=0, db_default=0)),
                ("accessibility_preference_sum_second", fields.IntField(default=0, db_default=0)),
                ("accessibility_preference_sum_product", fields.IntField(default=0, db_default=0)),
                ("adherence_preference_count", fields.IntField(default=0, db_default=0)),
                ("adherence_preference_sum_first", fields.IntField(default=0, db_default=0)),
                ("adherence_preference_sum_second", fields.IntField(default=0, db_default=0)),
                ("adherence_preference_sum_product", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "released_cell",
                "app": "models",
                "unique_together": (("drug_id", "segment_kind", "segment_value", "indication_id"),),
                "indexes": [
                    Index(
                        fields=["segment_kind", "segment_value", "indication_id"],
                        name="released_cell_segment_indication",
                    )
                ],
                "pk_attr": "id",
                "table_description": "As a cell, of released ratings.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReleasedRating",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rating_id", fields.BigIntField(unique=True)),
                ("drug_id", fields.IntField()),
                ("indication_id", fields.IntField()),
                ("specialty_id", fields.IntField(null=True)),
                ("country", fields.CharField(null=True, max_length=2)),
                ("experience", fields.CharField(null=True, max_length=16)),
                ("month", fields.CharField(null=True, max_length=7)),
                ("efficacy", RangeField(null=True, low=1, high=5)),
                ("safety", RangeField(null=True, low=1, high=5)),
                ("tolerability", RangeField(null=True, low=1, high=5)),
                ("accessibility", RangeField(null=True, low=1, high=5)),
                ("adherence", RangeField(null=True, low=1, high=5)),
                ("preference", RangeField(null=True, low=1, high=5)),
            ],
            options={
                "table": "released_rating",
                "app": "models",
                "indexes": [Index(fields=["drug_id", "indication_id"], name="released_rating_treatment")],
                "pk_attr": "id",
                "table_description": "A rating as it was when it was released, which is how the released cells count it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RetiredRating",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rating_id", fields.BigIntField(unique=True)),
                ("physician_id", fields.IntField()),
                ("drug_id", fields.IntField()),
                ("indication_id", fields.IntField()),
                ("specialty_id", fields.IntField()),
                ("country", fields.CharField(max_length=2)),
                ("years_in_practice", RangeField(low=0, high=80)),
                ("efficacy", RangeField(null=True, low=1, high=5)),
                ("safety", RangeField(null=True, low=1, high=5)),
                ("tolerability", RangeField(null=True, low=1, high=5)),
                ("accessibility", RangeField(null=True, low=1, high=5)),
                ("adherence", RangeField(null=True, low=1, high=5)),
                ("preference", RangeField(null=True, low=1, high=5)),
                ("comment", fields.TextField(null=True, unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("state", RangeField(low=1, high=2)),
                ("reason", fields.TextField(null=True, unique=False)),
                ("retired_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "retired_rating",
                "app": "models",
                "unique_together": (("physician_id", "drug_id", "indication_id"),),
                "pk_attr": "id",
                "table_description": "A rating that counts no longer and that no list shows. It keeps the id that it had, and may get it back.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UnreleasedRating",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("rating_id", fields.BigIntField(unique=True)),
                ("drug_id", fields.IntField()),
                ("indication_id", fields.IntField()),
            ],
            options={
                "table": "unreleased_rating",
                "app": "models",
                "indexes": [Index(fields=["drug_id", "indication_id"], name="unreleased_rating_treatment")],
                "pk_attr": "id",
                "table_description": "That a rating is not, or no longer, what was released of it: it is new, was revised, or is gone.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WriteAllowance",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("writer", fields.CharField(unique=True, max_length=40)),
                ("used_until", fields.BigIntField()),
            ],
            options={
                "table": "write_allowance",
                "app": "models",
                "pk_attr": "id",
                "table_description": "How much of their allowance to write somebody has used, as the time in ms since 1970 at which all is there again.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Installation",
            name="identity_fingerprint",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.RunPython(keep_audit_log),
    ]
