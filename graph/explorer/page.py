"""The page with the query editor."""

import html
import json
from functools import cache
from importlib.resources import files

from graph.explorer.examples import EXAMPLES


@cache
def explorer_html() -> str:
    """The GraphiQL page, with one tab for each example, and with the examples as text for a browser offline."""
    tabs = [
        {
            "query": example.query,
            "variables": json.dumps(example.variables, indent=2) if example.variables else "",
        }
        for example in EXAMPLES
    ]
    texts = "\n".join(
        f"<h2>{html.escape(example.name)}</h2>\n<pre>{html.escape(example.query)}</pre>" for example in EXAMPLES
    )
    page = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    # In a script element only "</" could end the text early; JSON may write any < as an escape.
    return page.replace("<!-- examples -->", texts).replace('"tabs"', json.dumps(tabs).replace("<", "\\u003c"))
