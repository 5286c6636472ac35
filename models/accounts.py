"""Who people are outside: accounts, licences and keys. Apart from ratings, which know none of it."""

from typing import TYPE_CHECKING

from tortoise import Model, fields

from models.ranges import RangeField

if TYPE_CHECKING:
    from models.physicians import Physician

HASH_LENGTH = 64
"""Hexadecimal digits of HMAC-SHA-256 or SHA-256."""

PENDING, VERIFIED, REJECTED, SUSPENDED = range(4)
"""How far a registration has come."""


class Account(Model):
    """A person who has signed in.

    `subject_hash` is a keyed hash of issuer and subject, which are not stored.
    `reviews_seen_at` is when the person last looked at new reviews of the drugs that they follow.
    """

    id = fields.IntField(primary_key=True)
    subject_hash = fields.CharField(max_length=HASH_LENGTH, unique=True)
    created_at = fields.DatetimeField()
    reviews_seen_at = fields.DatetimeField()

    class Meta:
        table = "account"


class Registration(Model):
    """That an account is a physician, and whether their licence has been verified.

    `practising_since` is the year in which years in practice are counted from.
    """

    id = fields.IntField(primary_key=True)
    account: fields.OneToOneRelation["Account"] = fields.OneToOneField(
        "models.Account", related_name="registration", on_delete=fields.CASCADE
    )
    physician: fields.OneToOneRelation["Physician"] = fields.OneToOneField(
        "models.Physician", related_name="registration", on_delete=fields.CASCADE
    )
    status = RangeField(PENDING, SUSPENDED, default=PENDING, db_default=PENDING)
    practising_since = fields.SmallIntField()
    registered_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "registration"


class Licence(Model):
    """A physician's licence. `number_hash` is a keyed hash for look-up, `number_sealed` the number encrypted."""

    id = fields.IntField(primary_key=True)
    physician: fields.OneToOneRelation["Physician"] = fields.OneToOneField(
        "models.Physician", related_name="licence", on_delete=fields.CASCADE
    )
    country = fields.CharField(max_length=2)
    authority = fields.CharField(max_length=100)
    number_hash = fields.CharField(max_length=HASH_LENGTH, unique=True)
    number_sealed = fields.BinaryField()

    class Meta:
        table = "licence"


class RegistryLicence(Model):
    """A licence that a registry knows, as a keyed hash of country, authority and number.

    `specialty_id` is the specialty that the registry names, if it names one.
    """

    id = fields.BigIntField(primary_key=True)
    number_hash = fields.CharField(max_length=HASH_LENGTH, unique=True)
    specialty_id = fields.IntField(null=True)

    class Meta:
        table = "registry_licence"


class ApiKey(Model):
    """An integrator's key: `public_part` finds it, and of its secret only the hash is kept.

    `scopes` are separated by blanks.
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100)
    public_part = fields.CharField(max_length=32, unique=True)
    secret_hash = fields.CharField(max_length=HASH_LENGTH)
    scopes = fields.CharField(max_length=200)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"
