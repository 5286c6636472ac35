"""Facts about this database as a whole."""

from tortoise import Model, fields


class Installation(Model):
    """The one row, with id 1, that describes the database.

    `pseudonym_key` is a random secret: physicians' handles are derived from it, so they can be followed within
    this database and linked to nothing outside. `catalogue_version` grows with each change of the catalogue.
    """

    id = fields.IntField(primary_key=True)
    pseudonym_key = fields.BinaryField()
    catalogue_version = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "installation"
