"""Importing the catalogue, on both databases."""

from pathlib import Path
from typing import Any

import pytest
from tortoise import Model

from models import Drug, DrugCode, Indication, IndicationCode, IndicationParent, Installation, Treatment
from resolvers.catalogue import importing
from resolvers.catalogue.errors import InvalidCatalogue
from resolvers.catalogue.importing import import_catalogue, import_own_catalogue
from resolvers.catalogue.slugs import Slugs, slug_of
from resolvers.catalogue.writing import KindChanges

FILES = {
    "drugs.csv": (
        "name,drug_class,brand_names,rxnorm_cui,unii,chembl_id,drugcentral_id,routes,first_approved,source\n"
        'colchicine,Alkaloid,COLCRYS|MITIGARE,2683,SML2Y3J35T,CHEMBL107,718,ORAL,1961-02-01,"DrugCentral, FDA"\n'
        "febuxostat,Xanthine Oxidase Inhibitor,ULORIC,,,,,ORAL|BUCCAL,2009-02-13,FDA\n"
    ),
    "indications.csv": (
        "name,umls_cui,doid,icd10cm,parent_doids,has_treatments\n"
        "Conscious Sedation,C0079159,,,,1\n"
        "Conscious sedation,C0079159,,,,0\n"
        "Gout,C0018099,DOID:13189,M10,DOID:848|DOID:4,1\n"
        "Gouty Arthritis,C0003868,DOID:13189,M10,DOID:13189,1\n"
        "arthritis,,DOID:848,,,0\n"
    ),
    "treatments.csv": (
        "drug_name,indication_name,source\n"
        "colchicine,Gout,DrugCentral\n"
        "colchicine,Gouty Arthritis,DrugCentral\n"
        "febuxostat,Gout,FDA\n"
    ),
    "specialties.csv": "specialty\nRheumatology\nAllergy/Immunology\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def replace(folder: Path, file: str, old: str, new: str) -> None:
    content = (folder / file).read_bytes()
    assert content.count(old.encode()) == 1
    (folder / file).write_bytes(content.replace(old.encode(), new.encode("utf-8", "surrogateescape")))


async def rows(model: type[Model], *columns: str) -> list[tuple[Any, ...]]:
    return await model.all().order_by(*columns).values_list(*columns)


async def version() -> int:
    return (await Installation.get(id=1)).catalogue_version


@pytest.mark.usefixtures("migrated")
async def test_our_own_catalogue_is_imported_once() -> None:
    """The numbers are those that SOURCES.md states."""
    first = await import_own_catalogue()
    second = await import_own_catalogue()

    assert first.drugs == KindChanges(added=2383, updated=0, unchanged=0, absent=0)
    assert first.indications == KindChanges(added=13842, updated=0, unchanged=0, absent=0)
    assert first.treatments == KindChanges(added=12195, updated=0, unchanged=0, absent=0)
    assert first.specialties == KindChanges(added=59, updated=0, unchanged=0, absent=0)
    assert first.skipped_parents == 87
    assert first.changed
    assert second.drugs == KindChanges(added=0, updated=0, unchanged=2383, absent=0)
    assert second.indications == KindChanges(added=0, updated=0, unchanged=13842, absent=0)
    assert second.treatments == KindChanges(added=0, updated=0, unchanged=12195, absent=0)
    assert second.specialties == KindChanges(added=0, updated=0, unchanged=59, absent=0)
    assert not second.changed
    assert await version() == 1
    assert await Treatment.filter(source="FDA").count() == 436
    assert await Drug.filter(first_approved__isnull=False).count() == 1338


@pytest.mark.usefixtures("migrated")
async def test_everything_of_the_files_is_stored(folder: Path) -> None:
    changes = await import_catalogue(folder)

    assert changes.skipped_parents == 1
    assert await rows(Drug, "name", "slug", "drug_class", "brand_names", "routes", "first_approved", "source") == [
        (
            "colchicine",
            "colchicine",
            "Alkaloid",
            ["COLCRYS", "MITIGARE"],
            ["ORAL"],
            "1961-02-01",
            "DrugCentral, FDA",
        ),
        (
            "febuxostat",
            "febuxostat",
            "Xanthine Oxidase Inhibitor",
            ["ULORIC"],
            ["ORAL", "BUCCAL"],
            "2009-02-13",
            "FDA",
        ),
    ]
    assert await rows(DrugCode, "drug__name", "system", "value") == [
        ("colchicine", "CHEMBL", "CHEMBL107"),
        ("colchicine", "DRUGCENTRAL", "718"),
        ("colchicine", "RXNORM", "2683"),
        ("colchicine", "UNII", "SML2Y3J35T"),
    ]
    assert await rows(Indication, "slug", "name") == [
        ("arthritis", "arthritis"),
        ("conscious-sedation", "Conscious Sedation"),
        ("conscious-sedation-2", "Conscious sedation"),
        ("gout", "Gout"),
        ("gouty-arthritis", "Gouty Arthritis"),
    ]
    assert await IndicationCode.filter(indication__slug="gout").order_by("system").values_list("system", "value") == [
        ("DOID", "DOID:13189"),
        ("ICD10CM", "M10"),
        ("UMLS", "C0018099"),
    ]
    # Gouty arthritis shares its DOID with gout, which is its parent; nothing is its own parent.
    assert await rows(IndicationParent, "child__slug", "parent__slug") == [
        ("gout", "arthritis"),
        ("gouty-arthritis", "gout"),
    ]
    assert await rows(Treatment, "drug__name", "indication__name", "source") == [
        ("colchicine", "Gout", "DrugCentral"),
        ("colchicine", "Gouty Arthritis", "DrugCentral"),
        ("febuxostat", "Gout", "FDA"),
    ]


@pytest.mark.usefixtures("migrated")
async def test_changes_are_made_in_place(folder: Path) -> None:
    await import_catalogue(folder)
    drugs = await rows(Drug, "id", "slug", "name")
    indications = await rows(Indication, "id", "slug", "name")
    replace(folder, "drugs.csv", "colchicine,Alkaloid,COLCRYS|MITIGARE,2683", "colchicine,,COLCRYS,2684")
    replace(folder, "indications.csv", "DOID:848|DOID:4", "DOID:4")
    replace(folder, "treatments.csv", "febuxostat,Gout,FDA", "febuxostat,Gout,DrugCentral")
    replace(folder, "specialties.csv", "Rheumatology", "Nephrology")

    changes = await import_catalogue(folder)

    assert changes.drugs == KindChanges(added=0, updated=1, unchanged=1, absent=0)
    assert changes.indications == KindChanges(added=0, updated=1, unchanged=4, absent=0)
    assert changes.treatments == KindChanges(added=0, updated=1, unchanged=2, absent=0)
    assert changes.specialties == KindChanges(added=1, updated=0, unchanged=1, absent=1)
    assert await rows(Drug, "id", "slug", "name") == drugs
    assert await rows(Indication, "id", "slug", "name") == indications
    colchicine = await Drug.get(name="colchicine")
    assert (colchicine.drug_class, colchicine.brand_names) == (None, ["COLCRYS"])
    assert await DrugCode.filter(system="RXNORM").values_list("value", flat=True) == ["2684"]
    assert await rows(IndicationParent, "child__slug", "parent__slug") == [("gouty-arthritis", "gout")]
    assert await Treatment.filter(source="FDA").count() == 0
    assert await version() == 2


@pytest.mark.usefixtures("migrated")
async def test_a_change_of_codes_alone_is_an_update(folder: Path) -> None:
    await import_catalogue(folder)
    replace(
        folder,
        "drugs.csv",
        "febuxostat,Xanthine Oxidase Inhibitor,ULORIC,",
        "febuxostat,Xanthine Oxidase Inhibitor,ULORIC,73689",
    )

    changes = await import_catalogue(folder)

    assert changes.drugs == KindChanges(added=0, updated=1, unchanged=1, absent=0)
    assert await version() == 2


@pytest.mark.usefixtures("migrated")
async def test_what_the_files_no_longer_have_is_kept(folder: Path) -> None:
    await import_catalogue(folder)
    replace(folder, "treatments.csv", "febuxostat,Gout,FDA\n", "")
    replace(
        folder,
        "drugs.csv",
        "febuxostat,Xanthine Oxidase Inhibitor,ULORIC,,,,,ORAL|BUCCAL,2009-02-13,FDA\n",
        "",
    )

    changes = await import_catalogue(folder)

    assert changes.drugs == KindChanges(added=0, updated=0, unchanged=1, absent=1)
    assert changes.treatments == KindChanges(added=0, updated=0, unchanged=2, absent=1)
    assert await Treatment.filter(drug__slug="febuxostat").count() == 1
    assert await version() == 1


@pytest.mark.usefixtures("migrated")
async def test_a_pair_known_from_ratings_gets_the_source_of_the_files(folder: Path) -> None:
    await import_catalogue(folder)
    drug = await Drug.get(slug="febuxostat")
    indication = await Indication.get(slug="gouty-arthritis")
    pair = await Treatment.create(drug=drug, indication=indication, source="ratings")
    replace(folder, "treatments.csv", "febuxostat,Gout,FDA\n", "febuxostat,Gout,FDA\nfebuxostat,Gouty Arthritis,FDA\n")

    changes = await import_catalogue(folder)

    assert changes.treatments == KindChanges(added=0, updated=1, unchanged=3, absent=0)
    assert (await Treatment.get(id=pair.id)).source == "FDA"


@pytest.mark.usefixtures("migrated")
async def test_a_newcomer_never_takes_a_slug_that_is_in_use(folder: Path) -> None:
    await import_catalogue(folder)
    replace(folder, "indications.csv", "Conscious Sedation,", "CONSCIOUS SEDATION,,,,,0\nConscious Sedation,")

    await import_catalogue(folder)

    assert (await Indication.get(name="CONSCIOUS SEDATION")).slug == "conscious-sedation-3"
    assert (await Indication.get(name="Conscious Sedation")).slug == "conscious-sedation"


@pytest.mark.usefixtures("migrated")
async def test_an_import_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> KindChanges:
        raise ConnectionError

    monkeypatch.setattr(importing, "write_specialties", fail)

    with pytest.raises(ConnectionError):
        await import_catalogue(folder)

    assert await Drug.all().count() == 0
    assert await Treatment.all().count() == 0
    assert await version() == 0


LONG = "x" * 201
WRONG = [
    ("drugs.csv", "febuxostat,", ",", "drugs.csv, line 3, column name: is empty"),
    (
        "drugs.csv",
        "febuxostat,",
        "Colchicine,",
        "drugs.csv, line 3, column name: 'Colchicine' (letter case aside) is already on line 2",
    ),
    (
        "drugs.csv",
        "febuxostat,",
        f"{LONG},",
        "drugs.csv, line 3, column name: has 201 characters; 200 are possible",
    ),
    ("drugs.csv", "2683", "RX2683", "drugs.csv, line 2, column rxnorm_cui: 'RX2683' is malformed"),
    ("drugs.csv", "SML2Y3J35T", "SML2Y", "drugs.csv, line 2, column unii: 'SML2Y' is malformed"),
    (
        "drugs.csv",
        "2009-02-13",
        "2009-02-30",
        "drugs.csv, line 3, column first_approved: '2009-02-30' is not a date as YYYY-MM-DD",
    ),
    (
        "drugs.csv",
        "2009-02-13",
        "20090213",
        "drugs.csv, line 3, column first_approved: '20090213' is not a date as YYYY-MM-DD",
    ),
    (
        "drugs.csv",
        "ORAL|BUCCAL",
        "ORAL||BUCCAL",
        "drugs.csv, line 3, column routes: has an empty entry in its list",
    ),
    (
        "drugs.csv",
        "COLCRYS|MITIGARE",
        "COLCRYS|COLCRYS",
        "drugs.csv, line 2, column brand_names: has the same entry twice in its list",
    ),
    ("drugs.csv", ",2009-02-13,FDA", ",FDA", "drugs.csv, line 3: has 9 columns instead of 10"),
    ("drugs.csv", "2009-02-13,FDA", "2009-02-13,FDA,", "drugs.csv, line 3: has 11 columns instead of 10"),
    ("drugs.csv", "ULORIC", "ULO\x00RIC", "drugs.csv, line 3, column brand_names: contains a NUL character"),
    (
        "drugs.csv",
        "ULORIC",
        "ULO\udcffRIC",
        "drugs.csv, line 3, column brand_names: is not UTF-8: byte 0xff",
    ),
    (
        "drugs.csv",
        "ULORIC",
        "ULO\tRIC",
        "drugs.csv, line 3, column brand_names: contains the control character U+0009",
    ),
    ("drugs.csv", "febuxostat,", '"febuxostat"x,', "drugs.csv, line 3: cannot be read as CSV: "),
    ("drugs.csv", "drug_class,", "", "drugs.csv, line 1: the columns must be name,drug_class,"),
    ("indications.csv", "parent_doids", "parents", "; missing: parent_doids"),
    (
        "indications.csv",
        "icd10cm,parent_doids",
        "parent_doids,icd10cm",
        "umls_cui,doid,icd10cm,parent_doids,has_treatments, each once and in this order",
    ),
    ("specialties.csv", "specialty", "specialty,rank", "must be specialty; unknown: 'rank'"),
    (
        "indications.csv",
        "Gouty Arthritis,",
        "Gout,",
        "indications.csv, line 5, column name: 'Gout' is already on line 4",
    ),
    (
        "indications.csv",
        "arthritis,,DOID:848",
        "arthritis,,848",
        "indications.csv, line 6, column doid: '848' is malformed",
    ),
    (
        "indications.csv",
        "DOID:848|DOID:4",
        "DOID:848|4",
        "indications.csv, line 4, column parent_doids: '4' is malformed",
    ),
    (
        "indications.csv",
        ",M10,DOID:848",
        ",gout,DOID:848",
        "indications.csv, line 4, column icd10cm: 'gout' is malformed",
    ),
    (
        "treatments.csv",
        "febuxostat,Gout",
        "Febuxostat,Gout",
        "treatments.csv, line 4, column drug_name: 'Febuxostat' is not in drugs.csv",
    ),
    (
        "treatments.csv",
        "febuxostat,Gout",
        "febuxostat,gout",
        "treatments.csv, line 4, column indication_name: 'gout' is not in indications.csv",
    ),
    (
        "treatments.csv",
        "febuxostat,Gout",
        "colchicine,Gout",
        "treatments.csv, line 4, column indication_name: 'colchicine' for 'Gout' is already on line 2",
    ),
    ("treatments.csv", "febuxostat,Gout,FDA", "febuxostat,Gout,", "line 4, column source: is empty"),
    (
        "specialties.csv",
        "Allergy/Immunology",
        "Rheumatology",
        "specialties.csv, line 3, column specialty: 'Rheumatology' is already on line 2",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), WRONG)
async def test_what_is_wrong_is_named_before_anything_is_written(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """No database is open here, so an attempt to write would fail otherwise."""
    replace(folder, file, old, new)

    with pytest.raises(InvalidCatalogue) as caught:
        await import_catalogue(folder)

    assert len(caught.value.problems) == 1
    assert message in str(caught.value)


async def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "treatments.csv").unlink()

    with pytest.raises(InvalidCatalogue, match=r"treatments\.csv: cannot be read: No such file"):
        await import_catalogue(folder)


async def test_an_empty_file_lacks_its_columns(folder: Path) -> None:
    (folder / "specialties.csv").write_bytes(b"")

    with pytest.raises(InvalidCatalogue, match=r"specialties\.csv, line 1: .* missing: specialty"):
        await import_catalogue(folder)


async def test_a_row_is_numbered_by_its_first_line(folder: Path) -> None:
    replace(folder, "indications.csv", "Conscious Sedation,", '"Conscious\nSedation",')
    replace(folder, "indications.csv", "arthritis,,DOID:848", "arthritis,,848")

    with pytest.raises(InvalidCatalogue) as caught:
        await import_catalogue(folder)

    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(2, "name"), (7, "doid")]


async def test_the_first_twenty_problems_are_listed(folder: Path) -> None:
    (folder / "specialties.csv").write_text("specialty\n" + "Rheumatology\n" * 24, encoding="utf-8")

    with pytest.raises(InvalidCatalogue) as caught:
        await import_catalogue(folder)

    lines = str(caught.value).splitlines()
    assert len(lines) == 22
    assert lines[1].startswith("specialties.csv, line 3,")
    assert lines[20].startswith("specialties.csv, line 22,")
    assert lines[21] == "and 3 more"
    assert len(caught.value.problems) == 23


@pytest.mark.usefixtures("migrated")
async def test_a_byte_order_mark_and_windows_line_ends_are_accepted(folder: Path) -> None:
    for name, content in FILES.items():
        (folder / name).write_bytes(b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())

    changes = await import_catalogue(folder)

    assert changes.drugs.added == 2
    assert await Drug.filter(source="FDA").values_list("name", flat=True) == ["febuxostat"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Conscious Sedation", "conscious-sedation"),
        ("Ménière's disease", "menieres-disease"),
        ("B-lymphoblastic leukemia/lymphoma, BCR-ABL1\u2013like", "b-lymphoblastic-leukemia-lymphoma-bcr-abl1-like"),
        ("  Straße  46,XY ", "strasse-46-xy"),
        ("痛風", ""),
        ("x" * 159 + " y", "x" * 159),
    ],
)
def test_slugs_are_ascii_words(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_slugs_are_unique_and_fit() -> None:
    slugs = Slugs(["gout-2"], nameless="indication")

    assert [slugs.take(name) for name in ("Gout", "GOUT", "gout", "Gout 2", "痛風", "痛", "x" * 200, "X" * 200)] == [
        "gout",
        "gout-3",
        "gout-4",
        "gout-2-2",
        "indication",
        "indication-2",
        "x" * 160,
        "x" * 158 + "-2",
    ]
