"""A program with a key that asks all it may ask of some treatments, again and again, and keeps the answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.api.people import Person

CRITERIA = ("EFFICACY", "SAFETY", "TOLERABILITY", "ACCESSIBILITY", "ADHERENCE", "PREFERENCE")

IN_MONTHS = CRITERIA[:3]
"""Those whose trends are asked for."""

SEGMENTS = {
    "everybody": "",
    "rheumatologists": 'segment: {specialty: "Rheumatology"}',
    "nephrologists": 'segment: {specialty: "Nephrology"}',
    "Germans": 'segment: {country: "DE"}',
    "Americans": 'segment: {country: "US"}',
    "early": "segment: {experience: EARLY}",
    "established": "segment: {experience: ESTABLISHED}",
}
"""Those that the raters of these tests can be in."""

OTHER_VIEWS = {
    "safety alone": "weights: {safety: 1}",
    "tolerability and adherence": "weights: {tolerability: 2, adherence: 1}",
    "with the built-in prior": "priorVersion: 0",
    "with the other prior": "priorVersion: 1",
}
"""The same counts, seen otherwise."""

ESTIMATE = "{ value lower upper outOf100 }"
WHOLE = f"""fragment whole on Score {{ ratingCount evidence suppressed {{ reason threshold }} priorVersion
  segment {{ kind value fallback }} overall {ESTIMATE}
  criteria {{ criterion ratingCount rawMean divided distribution estimate {ESTIMATE} }} }}"""
PLACE = f"rank rankLower rankUpper pScore probabilityBest group estimate {ESTIMATE}"
RANKING = (
    f"{{ totalCount suppressed {{ threshold }} segment {{ value fallback }} edges {{ cursor {PLACE} ratingCount }} }}"
)
PERIOD = f"ratingCount estimate {ESTIMATE} suppressed {{ threshold }}"
TREND = f"""{{ points {{ month {PERIOD} }} recent {{ {PERIOD} }} earlier {{ {PERIOD} }}
  change {{ difference {ESTIMATE} probability adjustedProbability comparedDrugs }} }}"""
SCORECARD = "{ strengths { ...found } weaknesses { ...found } competitors { slug } suppressed { threshold } }"
FOUND = "fragment found on Finding { criterion difference probability strong }"
TREATMENTS = (
    "{ totalCount edges { cursor node { id source offLabel firstRatedAt drug { slug } indication { slug } } } }"
)
META = "dataVersion priorVersion priorVersions ratingCount treatmentCount physicianCount simulated"
COMPARED = f"""{{ segment {{ value fallback }} drugs {{ drug {{ slug }} {PLACE} score {{ ...whole }} }}
  pairs {{ first {{ slug }} difference {ESTIMATE} probabilityFirstBetter superiority headToHead {{ physicians }} }}
  preferenceOrder {{ rank drug {{ slug }} }} }}"""


@dataclass(frozen=True)
class Watched:
    """What is watched, by slugs: drugs for one indication, and one of them for another that it is not meant for."""

    drugs: tuple[str, str]
    indication: str
    off_label: str

    @property
    def treatments(self) -> list[tuple[str, str]]:
        """All of them: drug and indication."""
        return [*((drug, self.indication) for drug in self.drugs), (self.drugs[0], self.off_label)]

    def scores(self, drug: str, indication: str) -> str:
        """The scores of a treatment by each segment, and as the other views have it."""
        asked = {**SEGMENTS, **OTHER_VIEWS}
        fields = " ".join(
            f'{_alias(name)}: score(indicationId: "{indication}" {arguments}) {{ ...whole }}'
            for name, arguments in asked.items()
        )
        return f'{{ drug(id: "{drug}") {{ {fields} }} }} {WHOLE}'

    def months(self, drug: str, indication: str) -> str:
        """The trend of some criteria, and overall."""
        fields = " ".join(
            f'{by}: trend(indicationId: "{indication}", criterion: {by}, months: 6) {TREND}'
            for by in (*IN_MONTHS, "OVERALL")
        )
        return f'{{ drug(id: "{drug}") {{ {fields} }} }}'

    def totals(self, drug: str) -> str:
        """The drug over all indications, what it is used for, and its ratings."""
        fields = " ".join(
            [
                *(f"{_alias(name)}: score({view}) {{ ...whole }}" for name, view in SEGMENTS.items() if view),
                *(f"{_alias(name)}: score({view}) {{ ...whole }}" for name, view in OTHER_VIEWS.items()),
                "everybody: score { ...whole }",
                f"treatments(first: 100) {TREATMENTS}",
                f"rated: treatments(first: 100, orderBy: MOST_RATED) {TREATMENTS}",
                f"named: treatments(first: 100, orderBy: NAME) {TREATMENTS}",
                f"safe: treatments(first: 100, by: SAFETY) {TREATMENTS}",
                "ratings { totalCount edges { node { id } } }",
                f'scorecard(indicationId: "{self.indication}") {SCORECARD}',
                f'off: scorecard(indicationId: "{self.off_label}") {SCORECARD}',
                f"trend {TREND}",
            ]
        )
        return f'{{ drug(id: "{drug}") {{ {fields} }} }} {WHOLE} {FOUND}'

    def rankings(self, indication: str) -> str:
        """The indication's rankings by everything, and its treatments."""
        views = [*SEGMENTS.values(), *OTHER_VIEWS.values(), *(f"by: {by}" for by in CRITERIA), "minRatings: 12"]
        fields = " ".join(
            [
                *(
                    f"ranking{place}: ranking({view if 'minRatings' in view else f'minRatings: 1 {view}'}) {RANKING}"
                    for place, view in enumerate(views)
                ),
                f"treatments(first: 100) {TREATMENTS}",
                f"named: treatments(first: 100, orderBy: NAME) {TREATMENTS}",
            ]
        )
        return f'{{ indication(id: "{indication}") {{ {fields} }} }}'

    def comparison(self, view: str) -> str:
        """The two drugs side by side."""
        drugs = ", ".join(f'"{drug}"' for drug in self.drugs)
        return f'{{ compare(drugIds: [{drugs}], indicationId: "{self.indication}" {view}) {COMPARED} }} {WHOLE}'

    def operations(self) -> Iterator[tuple[str, str]]:
        """All operations, by name."""
        for drug, indication in self.treatments:
            yield f"scores {drug} {indication}", self.scores(drug, indication)
            yield f"months {drug} {indication}", self.months(drug, indication)
        yield "totals", self.totals(self.drugs[0])
        for indication in (self.indication, self.off_label):
            yield f"rankings {indication}", self.rankings(indication)
        for name in ("everybody", "rheumatologists", "Germans"):
            yield f"comparison {name}", self.comparison(SEGMENTS[name])
        for name, view in OTHER_VIEWS.items():
            yield f"comparison {name}", self.comparison(view)
        yield "drugs", "{ drugs(orderBy: MOST_RATED, first: 5) { edges { cursor node { slug followerCount } } } }"
        yield "indications", "{ indications(filter: {hasTreatments: true}, first: 1) { totalCount } }"
        yield "meta", f"{{ meta {{ {META} }} ratings {{ totalCount }} }}"


def _alias(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_")


Answers = dict[str, Any]
"""What was answered to each operation."""


async def everything(person: Person, watched: Watched, only: str) -> Answers:
    """Ask all that there is to ask, of the operations whose names begin like this."""
    return {name: await person.answer(query) for name, query in watched.operations() if name.startswith(only)}


def changed(before: Answers, after: Answers) -> set[str]:
    """The operations whose answers differ, in whatever detail."""
    return {name for name in before if json.dumps(before[name]) != json.dumps(after[name])}


Counts = dict[str, int]
"""How many ratings there are (`ratings`), and how many give each level to a criterion (`SAFETY 3`); none that are 0."""


def counts_of(score: Mapping[str, Any]) -> Counts:
    """The counts behind a score, which it tells exactly."""
    counts = {
        f"{criterion['criterion']} {level}": count
        for criterion in score["criteria"]
        for level, count in enumerate(criterion["distribution"], start=1)
    }
    return {name: count for name, count in {"ratings": score["ratingCount"], **counts}.items() if count}


def segments_in(answers: Answers, drug: str, indication: str) -> dict[str, Counts]:
    """The counts of each segment of a treatment that has a score of its own."""
    scores = answers[f"scores {drug} {indication}"]["data"]["drug"]
    return {
        name: counts_of(scores[_alias(name)])
        for name in SEGMENTS
        if scores[_alias(name)]["ratingCount"] and not scores[_alias(name)]["segment"]["fallback"]
    }


def months_in(answers: Answers, drug: str, indication: str) -> dict[str, Counts]:
    """How many answers to some criteria each month has, where any are shown."""
    found: dict[str, Counts] = {}
    for criterion in IN_MONTHS:
        for point in answers[f"months {drug} {indication}"]["data"]["drug"][criterion]["points"]:
            if point["ratingCount"]:
                found.setdefault(point["month"], {})[criterion] = point["ratingCount"]
    return found


def minus(after: Counts, before: Counts) -> Counts:
    """What one count has more than another."""
    differences = {name: after.get(name, 0) - before.get(name, 0) for name in after.keys() | before.keys()}
    return {name: difference for name, difference in differences.items() if difference}
