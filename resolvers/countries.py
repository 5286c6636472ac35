"""Countries of practice."""

import pycountry

COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
"""The codes of ISO 3166-1 alpha-2."""
