"""The catalogue: drugs, indications, which drug is used for which, and physicians' specialties."""

from tortoise import Model, fields


class Drug(Model):
    """A generic drug. `slug` is the public key: unique, and kept when the catalogue is imported again."""

    id = fields.IntField(primary_key=True)
    slug = fields.CharField(max_length=160, unique=True)
    name = fields.CharField(max_length=200, unique=True)
    brand_names = fields.JSONField[list[str]](default=list)
    drug_class = fields.CharField(max_length=200, null=True)
    routes = fields.JSONField[list[str]](default=list)
    first_approved = fields.CharField(max_length=10, null=True)
    source = fields.CharField(max_length=100)

    class Meta:
        table = "drug"


class DrugCode(Model):
    """A drug's identifier in a public code system, such as RXNORM 2683."""

    id = fields.IntField(primary_key=True)
    drug: fields.ForeignKeyRelation["Drug"] = fields.ForeignKeyField(
        "models.Drug", related_name="codes", on_delete=fields.CASCADE
    )
    system = fields.CharField(max_length=16)
    value = fields.CharField(max_length=32, db_index=True)

    class Meta:
        table = "drug_code"
        unique_together = (("drug", "system", "value"),)


class Indication(Model):
    """A medical condition. Two may differ in letter case only, so the exact name is what identifies one."""

    id = fields.IntField(primary_key=True)
    slug = fields.CharField(max_length=160, unique=True)
    name = fields.CharField(max_length=200, unique=True)

    class Meta:
        table = "indication"


class IndicationCode(Model):
    """An indication's identifier in a public code system, such as ICD10CM M10."""

    id = fields.IntField(primary_key=True)
    indication: fields.ForeignKeyRelation["Indication"] = fields.ForeignKeyField(
        "models.Indication", related_name="codes", on_delete=fields.CASCADE
    )
    system = fields.CharField(max_length=16)
    value = fields.CharField(max_length=32, db_index=True)

    class Meta:
        table = "indication_code"
        unique_together = (("indication", "system", "value"),)


class IndicationParent(Model):
    """An is-a link of the Disease Ontology: `child` is a kind of `parent`."""

    id = fields.IntField(primary_key=True)
    child: fields.ForeignKeyRelation["Indication"] = fields.ForeignKeyField(
        "models.Indication", related_name="parent_links", on_delete=fields.CASCADE
    )
    parent: fields.ForeignKeyRelation["Indication"] = fields.ForeignKeyField(
        "models.Indication", related_name="child_links", on_delete=fields.CASCADE, db_index=True
    )

    class Meta:
        table = "indication_parent"
        unique_together = (("child", "parent"),)


class Treatment(Model):
    """One drug used for one indication, and where that is known from."""

    id = fields.IntField(primary_key=True)
    drug: fields.ForeignKeyRelation["Drug"] = fields.ForeignKeyField(
        "models.Drug", related_name="treatments", on_delete=fields.RESTRICT
    )
    indication: fields.ForeignKeyRelation["Indication"] = fields.ForeignKeyField(
        "models.Indication", related_name="treatments", on_delete=fields.RESTRICT, db_index=True
    )
    source = fields.CharField(max_length=100)

    class Meta:
        table = "treatment"
        unique_together = (("drug", "indication"),)


class Specialty(Model):
    """A physician specialty."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100, unique=True)

    class Meta:
        table = "specialty"
