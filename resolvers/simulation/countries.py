"""Where simulated physicians practise."""

COUNTRIES_BY_WEIGHT = (
    (200.0, "US"),
    (60.0, "DE GB IN"),
    (45.0, "BR ES FR IT JP"),
    (25.0, "AU CA CN KR MX NL PL TR"),
    (14.0, "AR AT BE CH CO CZ EG GR IL PK PT RO SA SE ZA"),
    (8.0, "AE BD CL DK DZ FI HK HU ID IE IR MA MY NG NO NZ PE PH RU SG TH TW UA VN"),
    (4.0, "AM AZ BG BH BO BY CR CU CY DO EC EE ET GE GH GT HN HR IQ IS JO KE KW KZ"),
    (4.0, "LB LK LT LU LV MT NI NP OM PA PY QA RS SI SK SV TN TZ UG UY UZ VE"),
    (1.5, "AF AL AO BA BF BI BJ BS BW BZ CD CG CI CM FJ GA GY HT JM KG KH LA LY MD"),
    (1.5, "ME MG MK ML MM MN MU MW MZ NA NE PG PR RW SD SN SR SY TG TJ TM TT ZM ZW"),
)
"""The 150 countries (ISO 3166-1 alpha-2), grouped by weight, heaviest first.

A weight says how often a country comes up in comparison with the others. It follows the size of a country's medical
profession and, since remarks are in English, how likely its physicians are to take part; the figures are chosen, not
measured. The smallest is large enough that a million ratings come from all 150.
"""

COUNTRY_WEIGHTS = {code: weight for weight, codes in COUNTRIES_BY_WEIGHT for code in codes.split()}
"""The same by country, in a fixed order."""
