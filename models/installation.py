"""Facts about this database as a whole."""

from tortoise import Model, fields


class Installation(Model):
    """The one row, with id 1, that describes the database.

    `pseudonym_key` is a random secret: physicians' handles are derived from it, so they can be followed within
    this database and linked to nothing outside. `catalogue_version` grows with each change of the catalogue.
    `prior_version` is the prior in use; 0 is the one that is built in. `counts_version` says which counts are kept
    of the ratings; when it is behind the code's, they have to be made anew. `identity_fingerprint` tells whether the
    key that seals licences is the one that earlier ones were sealed with; it is null until there is one.
    """

    id = fields.IntField(primary_key=True)
    pseudonym_key = fields.BinaryField()
    catalogue_version = fields.IntField(default=0, db_default=0)
    prior_version = fields.IntField(default=0, db_default=0)
    counts_version = fields.IntField(default=0, db_default=0)
    identity_fingerprint = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "installation"
