"""Physicians as raters. Who they are outside is kept apart, so that a dump of the ratings names nobody."""

from typing import TYPE_CHECKING

from tortoise import Model, fields

from models.ranges import RangeField

if TYPE_CHECKING:
    from models.catalogue import Specialty


class Physician(Model):
    """A rater, as described by the most recent of their ratings (`profile_at` is when that was given)."""

    id = fields.IntField(primary_key=True)
    specialty: fields.ForeignKeyRelation["Specialty"] = fields.ForeignKeyField(
        "models.Specialty", related_name="physicians", on_delete=fields.RESTRICT
    )
    country = fields.CharField(max_length=2)
    years_in_practice = RangeField(0, 80)
    profile_at = fields.DatetimeField()
    verified = fields.BooleanField(default=False, db_default=False)
    simulated = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "physician"


class PhysicianSource(Model):
    """The opaque key by which the source of imported ratings knows a physician."""

    id = fields.IntField(primary_key=True)
    physician: fields.OneToOneRelation["Physician"] = fields.OneToOneField(
        "models.Physician", related_name="source", on_delete=fields.CASCADE
    )
    key = fields.CharField(max_length=200, unique=True)

    class Meta:
        table = "physician_source"
