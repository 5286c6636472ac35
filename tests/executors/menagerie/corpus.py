"""Operations written by hand for the menagerie: one for each thing that a plan has to do as graphql-core does it."""

from typing import Any, NamedTuple


class Case(NamedTuple):
    """An operation.

    Attributes:
        query: the document.
        variables: of the operation.
        operation_name: if the document has several.
    """

    query: str
    variables: dict[str, Any] = {}
    operation_name: str | None = None


def _lists_of_records(what: str, field: str) -> dict[str, Case]:
    """What is asked of lists whose items show records, which a field of keepers has."""
    return {
        f"{what} that are shown": Case(
            """{ keepers { FIELD(size: 4) { __typename entries { __typename card { __typename number title owner {
            __typename number name greeting } } } } } }""".replace("FIELD", field)
        ),
        f"{what} that fail": Case(
            "{ keepers { FIELD(size: 4) { entries { card { weight worth sure owner { name } } } } } }".replace(
                "FIELD", field
            )
        ),
        f"{what} of which more is asked": Case(
            """{ keepers { FIELD(size: 4) { entries { place card { number told owner { name whole } } } } }
            keeper(number: 4) { FIELD { entries { card { number told owner { cards } } one: card { title } } } }
            other: keeper(number: 6) { FIELD { entries { card { number owner { cards name } } } } }
            more: keeper { FIELD { entries { card { title } } entries { card { owner { number } } }
            again: entries { card { weight } } } } }""".replace("FIELD", field)
        ),
    }


ALL_OF_A_BEING = """fragment all on Creature { __typename number name nick shout legs age friends(first: 1) { number }
  rivals { number name } best { name } mother { __typename number name } keeper { number name }
  ... on Cat { lives diet mood tricks prey { __typename ... on Rock { number weight name } ... on Named { nick } } }
  ... on Dog { size tail parts leash { length colour slow } } }"""

ALL_OF_A_COLLECTION = """fragment all on Collection { number loose tight tightInside squares strictSquares cubes tuples keys
  generated endless streamed promised promisedTight futures now leashes { length colour } leashRows { length }
  preyRows { __typename ... on Numbered { number } } diets nothing size day moment price id token ratio whole text truth
  anything boxes { __typename ... on IntBox { label many } ... on LeashBox { content { length } } } }"""

PLANNED: dict[str, Case] = {
    "a constant": Case("{ constant }"),
    "the same field twice": Case("{ constant constant }"),
    "aliases": Case("{ b: constant a: constant constant }"),
    "type names everywhere": Case("{ __typename a: __typename creature { b: __typename friends { __typename } } }"),
    "type names alone": Case("{ __typename }"),
    "fields of one key are merged": Case(
        "{ creature { name } constant creature { legs name } creature { friends { name } friends { legs } } }"
    ),
    "merged through fragments": Case(
        """{ creature { ...a ... { friends { name } } ...b } }
        fragment a on Creature { friends { legs } } fragment b on Named { name nick name }"""
    ),
    "interfaces of interfaces": Case(
        """{ named { ... on Numbered { number } ... on Named { name } ... on Creature { legs } ... on Cat { lives }
        ... on Dog { size } } }"""
    ),
    "fragments that fit no type of the value": Case("{ prey { ... on Dog { name } ... on Numbered { number } } }"),
    "a union": Case(
        "{ prey(numbers: [0, null, 1, 2]) { __typename ... on Rock { weight name } ... on Cat { lives } } }"
    ),
    "a union of one": Case("{ onePrey(number: 3) { ... on Rock { weight } } rock { name weight } }"),
    "values that are of no possible type": Case("{ rock(number: 1) { name } }"),
    **_lists_of_records("records", "register"),
    **_lists_of_records("rows of records", "ledger"),
    "everything of creatures": Case(f"{{ creatures {{ ...all }} creature(number: 2) {{ ...all }} }} {ALL_OF_A_BEING}"),
    "everything of collections": Case(
        f"{{ collections {{ ...all inner {{ ...all }} later {{ ...all }} }} }} {ALL_OF_A_COLLECTION}"
    ),
    "the collections with the odd numbers": Case(
        "{ a: collection(number: 3) { ratio whole text } b: collection(number: 4) { ratio whole text odd }"
        " c: collection(number: 5) { ratio whole } d: collection(number: 6) { whole anything odd } }"
    ),
    "keepers": Case(
        """{ keepers { number name secret laterSecret silent pay(months: 2) bonus count lost
        ward { name mother { name mother { name } } } wards { name } none: wards(least: 0) { name }
        marked: wards(least: 3, mark: "a") { name keeper { name } } deputy { name deputy { name } } } }"""
    ),
    "arguments of relations that are refused": Case("{ keepers { wards(least: -1) { name } } }"),
    "chains of what may not be null": Case(
        "{ outside { next { next { colour awaited { slow next { colour spare { slow next { slow } } } } } } links { colour } } }"
    ),
    "lists of chains": Case(
        "{ collections { leashes { next { colour slow } links { slow } } leashRows { awaited { colour } } } }"
    ),
    "arguments and their defaults": Case("{ given(howMany: 1) }"),
    "arguments that are null": Case(
        "{ given(howMany: 1, text: null, maybe: null, diets: null, size: null, even: null, anything: null, id: null) }"
    ),
    "all arguments": Case(
        """{ given(howMany: 1, ratio: 2, text: "t", maybe: "m", diet: MORNING_DEW, diets: [[PLANTS], null, BOTH], size: SMALL,
        even: 4, mood: "abc", anything: "x", id: 7) }"""
    ),
    "single values for lists": Case("{ prey(numbers: 3) { __typename } given(howMany: 1, diets: PLANTS) }"),
    "inputs and their defaults": Case(
        "{ wished a: wished(wish: {}) b: wished(wish: {legs: {}}, wishes: [{note: null}]) }"
    ),
    "inputs within inputs": Case(
        """{ wished(wish: {diet: NOTHING, sizes: [SMALL, LARGE], legs: {least: 2, most: null}, names: [["x"]], note: "n",
        maybe: 3, even: 2, inner: {maybe: null, inner: {}}}) }"""
    ),
    "one of several inputs": Case(
        '{ a: keyed(key: {number: 1}) b: keyed(key: {name: "n"}) c: keyed(key: {wish: {}}) }'
    ),
    "variables": Case(
        """query($number: Int!, $text: String, $diet: Diet = PLANTS, $even: Even, $anything: Anything) {
        given(howMany: $number, text: $text, diet: $diet, even: $even, anything: $anything)
        creature(number: $number) { shout(times: $number) friends(first: $number) { name } } }""",
        {"number": 2, "diet": "MEAT", "even": 4, "anything": {"a": [1]}},
    ),
    "variables that are not given": Case(
        """query($number: Int = 3, $text: String, $maybe: String, $wish: Wish, $note: String, $size: Size = SMALL) {
        creature(number: $number) { name shout(mark: $text) } given(howMany: 1, text: $text, maybe: $maybe, size: $size)
        wished(wish: $wish) other: wished(wish: {note: $note}, wishes: []) }"""
    ),
    "variables that are null": Case(
        """query($text: String, $maybe: String, $wish: Wish, $size: Size = SMALL) {
        given(howMany: 1, text: $text, maybe: $maybe, size: $size) wished(wish: $wish) }""",
        {"text": None, "maybe": None, "wish": None, "size": None},
    ),
    "variables in lists and inputs": Case(
        """query($number: Int, $diet: Diet!, $name: String) { prey(numbers: [$number, 1, $number]) { __typename }
        wished(wish: {diet: $diet, names: [[$name, "b"]], legs: {most: $number}}) keyed(key: {wish: {diet: $diet}}) }""",
        {"number": 4, "diet": "PLANTS"},
    ),
    "a null for an argument that may not be": Case(
        "query($times: Int = 2) { creature { shout(times: $times) legs } constant }", {"times": None}
    ),
    "an input that a scalar refuses when it runs": Case(
        "query($even: Even) { given(howMany: 1, even: $even) }", {"even": 2}
    ),
    "variables of the wrong type": Case(
        "query($number: Int!, $diet: Diet, $wish: Wish, $key: Key!) {"
        " creature(number: $number) { name } given(howMany: $number, diet: $diet) wished(wish: $wish) keyed(key: $key) }",
        {"number": "x", "diet": "GRASS", "wish": {"legs": {"least": []}, "no": 1}, "key": {"number": 1, "name": "b"}},
    ),
    "a variable that is missing": Case("query($number: Int!) { creature(number: $number) { name } }"),
    "a number that is too large": Case(
        "query($number: Int!) { creature(number: $number) { name } }", {"number": 2**31}
    ),
    "a scalar that refuses a variable": Case("query($even: Even) { given(howMany: 1, even: $even) }", {"even": 3}),
    "an input with two of one": Case("query($key: Key!) { keyed(key: $key) }", {"key": {"number": 1, "name": None}}),
    "what is skipped and included": Case(
        """query($yes: Boolean!, $no: Boolean = false) { a: constant @skip(if: $yes) b: constant @include(if: $no)
        c: constant @skip(if: $no) @include(if: $yes) creature @include(if: $yes) { name @skip(if: true) legs
        ... @include(if: $no) { age } ...f @skip(if: $no) ... on Cat @skip(if: $yes) { lives } } }
        fragment f on Creature { number nick @include(if: $yes) }""",
        {"yes": True},
    ),
    "the same the other way round": Case(
        """query($yes: Boolean!) { a: constant @skip(if: $yes) creature { name @include(if: $yes) ...f @include(if: $yes)
        __typename @skip(if: $yes) } } fragment f on Creature { number friends { name @skip(if: $yes) } }""",
        {"yes": False},
    ),
    "everything is skipped": Case("{ constant @skip(if: true) creature @include(if: false) { name } }"),
    "an object of which everything is skipped": Case("{ creature { name @skip(if: true) } }"),
    "several operations": Case(
        "query One { constant ...f } query Two { creature { name } } fragment f on Query { creature { legs } }",
        {},
        "Two",
    ),
    "what resolvers are told": Case(
        """query($number: Int!) { a: told itself { b: told(number: $number) itself { ...f } } }
        fragment f on Query { told(number: 3, text: "x") }""",
        {"number": 2},
    ),
    "nothing as a value": Case("{ nothing itself { nothing } }"),
    "an error that is somewhere else": Case("{ elsewhere itself { elsewhere } }"),
    "one failure in several places": Case("{ sameFailure }"),
    "deep": Case("{ " + "itself { " * 30 + "creature { name }" + " }" * 30 + " }"),
    "the same objects below each other": Case(
        "{ creature { mother { mother { mother { name legs } friends { name } } } best { best { best { name } } } } }"
    ),
    "mutations in their order": Case(
        """mutation { c: write(what: "first") { journal } a: writeLater(what: "second") { journal leash { colour } }
        b: mayWrite(what: "third") { journal } none write(what: "fourth") { journal } }"""
    ),
}
"""Each has to be executed by plan."""

NOT_PLANNED: dict[str, Case] = {
    "introspection": Case("{ __schema { queryType { name } } }"),
    "introspection beside fields": Case('{ constant creature { name } __type(name: "Cat") { name } }'),
    "errors that do not propagate": Case(
        "query @experimental_disableErrorPropagation { creature { mother { name legs } } }"
    ),
}
"""Each is left to graphql-core, as a whole."""

REFUSED: dict[str, Case] = {
    "no operation of that name": Case("query One { constant } query Two { constant }", {}, "Three"),
    "no name where there are several operations": Case("query One { constant } query Two { constant }"),
    "no document at all": Case("{"),
    "an invalid document": Case("{ constant { no } unknown creature { unknown } given }"),
}
"""Each is refused before anything is executed."""
