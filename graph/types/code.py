"""Codes in public code systems."""

import enum

import strawberry

from resolvers.reads.codes import CodeRecord


@strawberry.enum(description="A public system of codes for drugs or conditions.")
class CodeSystem(enum.Enum):
    RXNORM = strawberry.enum_value("RXNORM", description="RxNorm concept (RXCUI) of a drug, such as 2683.")
    UNII = strawberry.enum_value("UNII", description="FDA's unique ingredient identifier, such as SML2Y3J35T.")
    CHEMBL = strawberry.enum_value("CHEMBL", description="ChEMBL compound, such as CHEMBL107.")
    DRUGCENTRAL = strawberry.enum_value("DRUGCENTRAL", description="DrugCentral structure, such as 726.")
    ICD10CM = strawberry.enum_value("ICD10CM", description="ICD-10-CM diagnosis, such as M10.")
    DOID = strawberry.enum_value("DOID", description="Disease Ontology term, such as DOID:13189.")
    UMLS = strawberry.enum_value("UMLS", description="UMLS concept (CUI), such as C0018099.")


@strawberry.type(description="An entry's code in a public code system.")
class Code:
    system: CodeSystem = strawberry.field(description="Which system.")
    value: str = strawberry.field(description="The code as that system writes it.")

    @classmethod
    def of(cls, record: CodeRecord) -> "Code":
        """The code of a record."""
        return cls(system=CodeSystem(record.system), value=record.value)
