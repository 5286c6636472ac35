"""The page with the query editor."""

import base64
import re
from html.parser import HTMLParser

import orjson

from graph.explorer.examples import EXAMPLES
from graph.explorer.page import explorer_html


class Page(HTMLParser):
    """Collects the files that the page loads, and the text that it shows without them."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[dict[str, str | None]] = []
        self.preformatted: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if (tag == "script" and "src" in attributes) or attributes.get("rel") == "stylesheet":
            self.loaded.append(attributes)
        self.inside = tag == "pre"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.preformatted.append(data)
            self.inside = False


def parsed() -> Page:
    page = Page()
    page.feed(explorer_html())
    return page


def test_the_examples_are_tabs_and_readable_text() -> None:
    found = re.search(r"defaultTabs: (\[.*\]),", explorer_html())
    assert found is not None
    tabs = orjson.loads(found[1])

    assert [example.name for example in EXAMPLES] == [
        "gout-treatments",
        "ranking",
        "comparison",
        "drug-card",
        "search",
        "newest-ratings",
        "indication-page",
        "resolve-codes",
        "meta",
        "viewer",
        "submit-rating",
    ]
    assert [tab["query"] for tab in tabs] == [example.query for example in EXAMPLES]
    assert [orjson.loads(tab["variables"] or "{}") for tab in tabs] == [example.variables for example in EXAMPLES]
    assert parsed().preformatted == [example.query for example in EXAMPLES]


def test_each_example_begins_with_a_title() -> None:
    assert all(example.query.startswith("# ") for example in EXAMPLES)


def test_what_is_loaded_from_elsewhere_is_of_one_version_and_checked_by_the_browser() -> None:
    loaded = parsed().loaded

    addresses = [str(attributes.get("src") or attributes.get("href")) for attributes in loaded]
    assert len(addresses) == 4
    for address, attributes in zip(addresses, loaded, strict=True):
        assert re.match(r"https://unpkg\.com/[a-z-]+@\d+\.\d+\.\d+/", address)
        algorithm, _, digest = str(attributes["integrity"]).partition("-")
        assert (algorithm, len(base64.b64decode(digest))) == ("sha384", 48)
        assert "crossorigin" in attributes
