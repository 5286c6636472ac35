"""From texts to the ids of the catalogue."""

from pathlib import Path

import pytest

from models import Drug
from resolvers.catalogue.errors import AmbiguousName, CatalogueMissing, UnknownName
from resolvers.catalogue.lookup import CatalogueLookup
from resolvers.catalogue.records import CatalogueRecords, DrugRecord, IndicationRecord, SpecialtyRecord
from resolvers.ratings.importing import import_ratings
from resolvers.ratings.sources import RatingSource
from tests.rating_files import csv_file, many_ratings


@pytest.fixture(scope="module")
def lookup() -> CatalogueLookup:
    return CatalogueLookup(
        CatalogueRecords(
            drugs=(
                DrugRecord(1, "colchicine", "colchicine", ("COLCRYS", "Colcrys"), None, (("RXNORM", "2683"),)),
                DrugRecord(2, "probenecid", "probenecid", ("COL-PROBENECID", "BENEMID"), None, ()),
                DrugRecord(3, "sulfinpyrazone", "sulfinpyrazone", ("BENEMID",), None, ()),
                DrugRecord(4, "insulin-human", "insulin human", ("HUMULIN R",), None, ()),
            ),
            indications=(
                IndicationRecord(1, "gout", "Gout", (("DOID", "DOID:13189"), ("UMLS", "C0018099")), treated=True),
                IndicationRecord(2, "gouty-arthritis", "Gouty Arthritis", (("DOID", "DOID:13189"),), treated=True),
                IndicationRecord(3, "conscious-sedation", "Conscious Sedation", (), treated=True),
                IndicationRecord(4, "conscious-sedation-2", "Conscious sedation", (), treated=True),
            ),
            specialties=(SpecialtyRecord(1, "General Practice"), SpecialtyRecord(2, "Allergy/Immunology")),
        )
    )


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("colchicine", 1),
        ("COLCHICINE", 1),
        (" colchicine ", 1),
        ("RXNORM:2683", 1),
        ("rxnorm:2683", 1),
        ("colcrys", 1),
        ("insulin-human", 4),
        ("Insulin Human", 4),
    ],
)
def test_a_drug_is_found_by_slug_name_code_or_brand(lookup: CatalogueLookup, text: str, id_: int) -> None:
    assert lookup.drug(text) == id_
    assert lookup.drug(text) == id_


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("gout", 1),
        ("UMLS:C0018099", 1),
        ("GOUTY ARTHRITIS", 2),
        ("Conscious Sedation", 3),
        ("Conscious sedation", 4),
        ("conscious-sedation-2", 4),
    ],
)
def test_an_indication_is_found_by_slug_name_or_code(lookup: CatalogueLookup, text: str, id_: int) -> None:
    assert lookup.indication(text) == id_


def test_a_specialty_is_found_by_name(lookup: CatalogueLookup) -> None:
    assert lookup.specialty("general practice") == 1
    assert lookup.specialty("Allergy/Immunology") == 2


@pytest.mark.parametrize("text", ["foo", "", "2683", "UNII:2683", "General Practice", "\x00", "' OR 1=1 --"])
def test_an_unknown_drug_is_named(lookup: CatalogueLookup, text: str) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup.drug(text)

    assert str(caught.value) == f"no drug is named {text!r}"
    assert (caught.value.kind, caught.value.text) == ("drug", text)


def test_a_long_text_is_not_repeated_in_full(lookup: CatalogueLookup) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup.specialty("x" * 10_000)

    assert str(caught.value) == f"no specialty is named '{'x' * 100}…'"


def test_an_ambiguous_name_lists_what_it_can_mean(lookup: CatalogueLookup) -> None:
    with pytest.raises(AmbiguousName, match=r"^'DOID:13189' names 2 indications: gout, gouty-arthritis$"):
        lookup.indication("DOID:13189")
    with pytest.raises(AmbiguousName, match="conscious-sedation, conscious-sedation-2") as caught:
        lookup.indication("conscious sedation")
    with pytest.raises(AmbiguousName, match=r"^'Benemid' names 2 drugs: probenecid, sulfinpyrazone$"):
        lookup.drug("Benemid")
    assert caught.value.slugs == ("conscious-sedation", "conscious-sedation-2")


@pytest.mark.usefixtures("catalogue")
async def test_the_catalogue_of_the_database_is_loaded() -> None:
    lookup = await CatalogueLookup.load()

    colchicine = await Drug.get(slug="colchicine")
    assert lookup.drug("RXNORM:2683") == lookup.drug("COLCRYS") == colchicine.id
    with pytest.raises(AmbiguousName, match="gout, gouty-arthritis"):
        lookup.indication("DOID:13189")
    assert lookup.specialty("rheumatology") == lookup.specialty("Rheumatology")


@pytest.mark.usefixtures("migrated")
async def test_without_a_catalogue_no_rating_is_read(tmp_path: Path) -> None:
    source, rejects = tmp_path / "ratings.csv", tmp_path / "rejects.csv"
    source.write_bytes(csv_file(many_ratings(3)))
    with pytest.raises(CatalogueMissing, match="Run `peerscore import catalogue` first"):
        await import_ratings(RatingSource(source), rejects)
    assert not rejects.exists()
