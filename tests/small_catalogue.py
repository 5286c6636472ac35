"""A catalogue of a few drugs, quick to import again and again."""

from pathlib import Path

HEADINGS = {
    "drugs.csv": "name,drug_class,brand_names,rxnorm_cui,unii,chembl_id,drugcentral_id,routes,first_approved,source",
    "indications.csv": "name,umls_cui,doid,icd10cm,parent_doids,has_treatments",
    "treatments.csv": "drug_name,indication_name,source",
    "specialties.csv": "specialty",
}

NAMES = ("colchicine", "febuxostat", "allopurinol", "naproxen")


def write_catalogue(folder: Path, number: int) -> Path:
    """A catalogue of a few drugs, in whose classes the number stands."""
    rows = {
        "drugs.csv": [f"{name},Class {number},,,,,,ORAL,,FDA" for name in NAMES],
        "indications.csv": ["Gout,,,,,1"],
        "treatments.csv": [],
        "specialties.csv": [],
    }
    for file, heading in HEADINGS.items():
        (folder / file).write_text("\n".join([heading, *rows[file], ""]), encoding="utf-8")
    return folder
