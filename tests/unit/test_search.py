"""Search and exact look-ups over the real catalogue, and the index that follows its changes."""

import asyncio

import pytest

from resolvers.catalogue.importing import import_own_catalogue
from resolvers.catalogue.records import CatalogueRecords, DrugRecord, IndicationRecord, load_records
from resolvers.database import DatabaseUrl, database, migrate, open_database
from resolvers.search import current
from resolvers.search.current import CatalogueIndex
from resolvers.search.errors import SearchTextTooLong
from resolvers.search.folding import fold
from resolvers.search.index import Hit, index_of
from resolvers.search.kinds import SearchKind
from resolvers.search.other_names import read_other_names
from tests.databases import SqliteDatabases

DRUG, INDICATION = SearchKind.DRUG, SearchKind.INDICATION


class Catalogue:
    """The real catalogue, its index, and names for the ids that it answers with."""

    def __init__(self, records: CatalogueRecords) -> None:
        self.records = records
        self.index = index_of(records)
        self.names = {(DRUG, drug.id): drug.name for drug in records.drugs} | {
            (INDICATION, indication.id): indication.name for indication in records.indications
        }

    def hits(
        self, text: str, kinds: frozenset[SearchKind] | None = None, limit: int = 10
    ) -> list[tuple[str, str, bool]]:
        found = self.index.search(text, kinds, limit)
        return [(self.names[hit.kind, hit.id], hit.matched_text, hit.exact) for hit in found]

    def found(self, text: str, limit: int = 10) -> list[str]:
        return [name for name, _, _ in self.hits(text, limit=limit)]

    def resolved(self, system: str | None, value: str) -> list[str]:
        return [self.names[found.kind, found.id] for found in self.index.resolve(system, value)]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    async def load() -> CatalogueRecords:
        url = SqliteDatabases(tmp_path_factory.mktemp("search")).create()
        async with open_database(DatabaseUrl.parse(url)):
            await migrate()
            await import_own_catalogue()
            return await load_records()

    return Catalogue(asyncio.run(load()))


def test_an_exact_name_comes_first(real: Catalogue) -> None:
    assert real.hits("GOUT", limit=4) == [
        ("Gout", "Gout", True),
        ("Gout Prevention", "Gout Prevention", False),
        ("Gouty Arthritis", "Gouty Arthritis", False),
        ("Chronic Gouty Arthritis", "Chronic Gouty Arthritis", False),
    ]


def test_a_brand_name_finds_its_drug(real: Catalogue) -> None:
    assert real.hits("humira") == [("adalimumab", "HUMIRA", True)]


def test_a_class_finds_its_drugs(real: Catalogue) -> None:
    assert real.hits("xanthine oxidase inhibitor") == [
        ("allopurinol", "Xanthine Oxidase Inhibitor", True),
        ("febuxostat", "Xanthine Oxidase Inhibitor", True),
    ]


@pytest.mark.parametrize("text", ["M10", "m10", "ICD10CM:M10", "ICD10CM M10"])
def test_a_code_finds_everything_that_has_it(real: Catalogue, text: str) -> None:
    assert real.hits(text) == [
        ("Gout", "ICD10CM M10", True),
        ("Gouty Arthritis", "ICD10CM M10", True),
    ]


def test_codes_are_matched_as_a_whole(real: Catalogue) -> None:
    assert real.hits("RXNORM:2683") == [("colchicine", "RXNORM 2683", True)]
    assert real.hits("2683") == [
        ("colchicine", "RXNORM 2683", True),
        ("tizanidine", "DRUGCENTRAL 2683", True),
    ]
    assert real.hits("doid:13189", limit=1) == [("Gout", "DOID:13189", True)]
    assert real.hits("CHEMBL107") == real.hits("CHEMBL:CHEMBL107") == [("colchicine", "CHEMBL107", True)]
    assert real.hits("13189") == []
    assert real.hits("RXNORM:26831111") == []


def test_a_common_name_finds_what_the_catalogue_calls_otherwise(real: Catalogue) -> None:
    assert real.hits("high blood pressure") == [("Hypertension", "high blood pressure", True)]
    assert real.hits("Aspirin", limit=1) == [("acetylsalicylic acid", "aspirin", True)]
    assert real.hits("stroke", limit=1) == [("stroke", "stroke", True)]


def test_every_common_name_means_something_that_it_does_not_already_name(real: Catalogue) -> None:
    names = {(kind, name) for (kind, _), name in real.names.items()}
    folded = {fold(name) for name in real.names.values()}
    for kind, other_name, name in read_other_names():
        assert (kind, name) in names
        assert fold(other_name) not in folded
        assert real.found(other_name, limit=1) == [name]


def test_of_equal_matches_what_can_be_treated_comes_first(real: Catalogue) -> None:
    assert real.found("cataract", limit=2) == ["cataract", "Cataract surgery"]
    assert real.found("diabetes", limit=2) == ["Diabetes Mellitus", "diabetes insipidus"]


def test_words_are_found_in_any_order(real: Catalogue) -> None:
    assert real.found("arthritis rheumatoid", limit=1) == ["Rheumatoid Arthritis"]
    assert real.found("rheum arth", limit=1) == ["Rheumatoid Arthritis"]


@pytest.mark.parametrize("text", ["crohns disease", "CROHN\u2019S  DISEASE!", "Cröhn's-disease", "crohn's disease"])
def test_case_accents_punctuation_and_blanks_mean_nothing(real: Catalogue, text: str) -> None:
    assert real.hits(text, limit=1) == [("Crohn's Disease", "Crohn's Disease", True)]


def test_kinds_and_limit_are_kept(real: Catalogue) -> None:
    assert real.hits("colchicine", frozenset({INDICATION})) == []
    assert {hit.kind for hit in real.index.search("a", frozenset({DRUG}), 50)} == {DRUG}
    assert len(real.index.search("a", None, 50)) == 50
    assert real.hits("gout", frozenset()) == []
    assert real.hits("gout", limit=0) == []


def test_everything_is_found_once(real: Catalogue) -> None:
    hits = real.index.search("insulin", None, 100)
    assert len({(hit.kind, hit.id) for hit in hits}) == len(hits)


def test_a_partial_text_with_a_typo_finds_what_it_becomes(real: Catalogue) -> None:
    for text in ("colch", "colchi", "colchis", "colchisi", "colchisin", "colchisine"):
        assert real.found(text, limit=1) == ["colchicine"]
    assert real.found("high blood presu") == ["Hypertension"]


def test_a_wrong_number_is_no_typo(real: Catalogue) -> None:
    assert all("2" in name for name in real.found("type 2 diabetis", limit=50))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("colchisine", "colchicine"),
        ("colchicin", "colchicine"),
        ("alopurinol", "allopurinol"),
        ("febuxostatt", "febuxostat"),
        ("humera", "adalimumab"),
        ("adelimumab", "adalimumab"),
        ("metphormin", "metformin"),
        ("ibuprophen", "ibuprofen"),
        ("amoxicilin", "amoxicillin"),
        ("prednizone", "prednisone"),
        ("sertralene", "sertraline"),
        ("clopidogril", "clopidogrel"),
        ("warfrin", "warfarin"),
        ("losarten", "losartan"),
        ("levothiroxine", "levothyroxine"),
        ("hydroxicloroquine", "hydroxychloroquine"),
        ("metropolol", "metoprolol"),
        ("acetominophen", "paracetamol"),
        ("asprin", "acetylsalicylic acid"),
        ("tylonol", "paracetamol"),
        ("lipiter", "atorvastatin"),
        ("nexum", "esomeprazole"),
        ("zanax", "alprazolam"),
        ("viagara", "sildenafil"),
        ("ozempick", "semaglutide"),
        ("high blood presure", "Hypertension"),
        ("hi blood presure", "Hypertension"),
        ("hypertention", "Hypertension"),
        ("heart atack", "Myocardial Infarction"),
        ("heartattack", "Myocardial Infarction"),
        ("rhumatoid artritis", "Rheumatoid Arthritis"),
        ("diabetis", "Diabetes Mellitus"),
        ("type 2 diabetis", "Type 2 Diabetes Mellitus"),
        ("pnemonia", "Pneumonia"),
        ("psoriases", "Psoriasis"),
        ("skizophrenia", "Schizophrenia"),
        ("migrane", "Migraine"),
        ("anxeity", "Anxiety"),
        ("depresion", "Depression"),
        ("malaira", "Malaria"),
        ("lukemia", "leukemia"),
        ("hiv infecton", "HIV Infection"),
        ("hemorroids", "Hemorrhoids"),
        ("diarrhoea", "Diarrhea"),
        ("oedema", "Edema"),
        ("eczma", "Eczema"),
        ("glocoma", "Glaucoma"),
        ("crohns diease", "Crohn's Disease"),
        ("ulcerativ colitis", "Ulcerative Colitis"),
        ("bi polar disorder", "Bipolar Disorder"),
    ],
)
def test_a_misspelling_finds_what_is_meant(real: Catalogue, text: str, first: str) -> None:
    hits = real.hits(text)
    assert hits[0][0] == first
    assert not hits[0][2]


@pytest.mark.parametrize(
    "text",
    [
        "zzzzqqq", "qwertyuiop", "asdfghjkl", "zxcvbnm", "xyzzyxyzzy", "qqqqqqqqqqqq", "foobar", "blah", "xkcd",
        "lorem ipsum", "hello world", "select * from drug", "keyboard", "window", "bicycle", "football", "computer",
        "guitar", "sandwich", "helicopter", "telephone", "chocolate", "javascript", "holiday", "penguin",
        "television", "carpet", "sunshine", "weather", "library", "november", "kitchen", "captain", "picture",
        "painter", "村上春樹", "%", "", "  ", "\x00", "\ud800", "'; --", "\u0301", "x" * 200,
    ],
)  # fmt: skip
def test_nonsense_finds_nothing(real: Catalogue, text: str) -> None:
    assert real.hits(text) == []


def test_what_is_near_leaves_no_room_for_what_is_far(real: Catalogue) -> None:
    assert "Hypotension" not in real.found("hypertention", limit=100)


def test_a_text_that_is_too_long_is_refused(real: Catalogue) -> None:
    with pytest.raises(SearchTextTooLong, match="at most 200 characters; this one has 201"):
        real.index.search("x" * 201)


def test_codes_resolve_to_everything_that_has_them(real: Catalogue) -> None:
    assert real.resolved("RXNORM", "2683") == ["colchicine"]
    assert real.resolved("DRUGCENTRAL", "2683") == ["tizanidine"]
    assert real.resolved("rxnorm", " RXNORM:2683 ") == ["colchicine"]
    assert real.resolved("DOID", "DOID:13189") == real.resolved("DOID", "13189") == ["Gout", "Gouty Arthritis"]
    assert real.resolved("ICD10CM", "m10") == ["Gout", "Gouty Arthritis"]
    assert real.resolved("CHEMBL", "CHEMBL107") == ["colchicine"]
    assert real.resolved("UNII", "2683") == []
    assert real.resolved("NOSUCH", "2683") == []


def test_names_resolve_to_everything_that_is_called_so(real: Catalogue) -> None:
    assert real.resolved(None, "Colchicine") == ["colchicine"]
    assert real.resolved(None, "humira") == ["adalimumab"]
    assert real.resolved(None, "conscious sedation") == ["Conscious Sedation", "Conscious sedation"]
    assert real.resolved(None, "colchisine") == []
    assert real.resolved(None, "2683") == []
    assert real.resolved(None, "") == []


def test_names_resolve_across_kinds_with_drugs_first() -> None:
    index = index_of(
        CatalogueRecords(
            drugs=(DrugRecord(7, "x", "x", ("Ménière",), None, ()), DrugRecord(3, "y", "y", ("MENIERE",), None, ())),
            indications=(IndicationRecord(1, "meniere", "meniere", (), treated=False),),
            specialties=(),
        )
    )

    assert [(found.kind, found.id) for found in index.resolve(None, "MÉNIÈRE")] == [
        (DRUG, 3),
        (DRUG, 7),
        (INDICATION, 1),
    ]


def test_better_fields_come_first_among_equal_matches() -> None:
    index = index_of(
        CatalogueRecords(
            drugs=(
                DrugRecord(1, "one", "one", (), "Alpha", ()),
                DrugRecord(2, "two", "two", (), None, (("UNII", "ALPHA"),)),
                DrugRecord(3, "three", "three", ("ALPHA",), "Alpha", ()),
                DrugRecord(4, "alpha", "alpha", (), None, ()),
            ),
            indications=(
                IndicationRecord(5, "alpha", "Alpha", (), treated=False),
                IndicationRecord(6, "alpha-2", "ALPHA", (), treated=True),
                IndicationRecord(7, "beta", "Beta alpha", (), treated=True),
            ),
            specialties=(),
        )
    )

    assert index.search("alpha") == [
        Hit(INDICATION, 6, "ALPHA", exact=True),
        Hit(DRUG, 4, "alpha", exact=True),
        Hit(INDICATION, 5, "Alpha", exact=True),
        Hit(DRUG, 3, "ALPHA", exact=True),
        Hit(DRUG, 2, "UNII ALPHA", exact=True),
        Hit(DRUG, 1, "Alpha", exact=True),
        Hit(INDICATION, 7, "Beta alpha", exact=False),
    ]


def test_an_empty_catalogue_finds_nothing() -> None:
    index = index_of(CatalogueRecords((), (), ()))

    assert index.search("gout") == []
    assert index.resolve("DOID", "13189") == []


@pytest.mark.usefixtures("migrated")
async def test_the_index_follows_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []

    async def counted() -> CatalogueRecords:
        loads.append(1)
        return await load_records()

    monkeypatch.setattr(current, "load_records", counted)
    holder = CatalogueIndex()
    empty, *others = await asyncio.gather(*(holder.current() for _ in range(10)))
    assert empty.search("gout") == []
    assert all(other is empty for other in others)
    assert len(loads) == 1
    assert await holder.current() is empty

    await database().execute_script(
        "INSERT INTO indication (slug, name) VALUES ('gout', 'Gout');"
        "UPDATE installation SET catalogue_version = catalogue_version + 1"
    )
    filled, *others = await asyncio.gather(*(holder.current() for _ in range(10)))

    assert [hit.matched_text for hit in filled.search("gout")] == ["Gout"]
    assert all(other is filled for other in others)
    assert len(loads) == 2


@pytest.mark.usefixtures("catalogue")
async def test_an_index_is_built_from_the_open_database() -> None:
    index = index_of(await load_records())

    assert [hit.matched_text for hit in index.search("colchisine")] == ["colchicine"]
