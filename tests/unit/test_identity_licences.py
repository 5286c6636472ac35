"""Licences: what is one, and which two are the same."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.identity.key import IdentityKey
from resolvers.identity.licences import InvalidLicence, is_npi, normalised

KEY = IdentityKey.of_bytes(bytes(range(32)))

# 1234567893 is the example of CMS's "Requirements for National Provider Identifier (NPI) and NPI Check Digit".
NPI = "1234567893"


def luhn_by_hand(digits: str) -> int:
    """The sum of Luhn's formula over all digits, the prefix 80840 included, from the description of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed("80840" + digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


NPIS = st.builds(
    lambda first, others: next(
        first + others + check for check in "0123456789" if luhn_by_hand(first + others + check) % 10 == 0
    ),
    st.sampled_from("12"),
    st.text("0123456789", min_size=8, max_size=8),
)


def problems_of(country: str, authority: str, number: str) -> list[str]:
    with pytest.raises(InvalidLicence) as raised:
        normalised(country, authority, number)
    assert len(number.strip()) < 5 or number not in str(raised.value)
    return [field for field, _ in raised.value.problems]


def same(first: tuple[str, str, str], second: tuple[str, str, str]) -> bool:
    return normalised(*first).hashed(KEY) == normalised(*second).hashed(KEY)


def test_the_published_example_is_an_npi() -> None:
    assert is_npi(NPI)
    assert [check for check in "0123456789" if is_npi("123456789" + check)] == ["3"]


@given(NPIS)
def test_the_check_digit_is_luhns(npi: str) -> None:
    assert is_npi(npi)


@given(NPIS)
def test_every_wrong_digit_is_found(npi: str) -> None:
    for place in range(10):
        for digit in "0123456789":
            assert is_npi(npi[:place] + digit + npi[place + 1 :]) is (digit == npi[place])


@given(NPIS)
def test_every_two_neighbours_that_change_places_are_found_except_0_and_9(npi: str) -> None:
    for place in range(9):
        one, other = npi[place : place + 2]
        swapped = npi[:place] + other + one + npi[place + 2 :]
        # Doubled, 0 and 9 stay what they are: that is what Luhn's formula does not see.
        unseen = one == other or ({one, other} == {"0", "9"} and swapped[0] in "12")
        assert is_npi(swapped) is unseen


@pytest.mark.parametrize(
    "number", ["", "123456789", "12345678931", "3234567893", "0234567893", "١٢٣٤٥٦٧٨٩٣", "12345678b3"]
)
def test_other_texts_are_no_npis(number: str) -> None:
    assert not is_npi(number)


@pytest.mark.parametrize("authority", ["", "  ", "NPI", "npi", " Npi "])
# The third one has digits as wide as the letters of East Asia.
@pytest.mark.parametrize(
    "number", [NPI, " 1234-567-893 ", "".join(chr(0xFF10 + int(digit)) for digit in NPI), "1234 567 893"]
)
def test_an_american_licence_is_its_npi(authority: str, number: str) -> None:
    licence = normalised(" us ", authority, number)

    assert (licence.country, licence.authority, licence.number) == ("US", "NPI", NPI)


def test_an_american_number_must_pass_the_check_and_has_one_authority() -> None:
    assert problems_of("US", "", "1234567890") == ["number"]
    assert problems_of("US", "", "") == ["number"]
    assert problems_of("US", "Medical Board of California", NPI) == ["authority"]


def test_a_licence_keeps_how_it_was_written_and_is_compared_without_that() -> None:
    licence = normalised("de", "  Ärztekammer   Köln ", " ab-12/34.5 ")

    assert (licence.country, licence.authority, licence.number) == ("DE", "Ärztekammer Köln", "AB-12/34.5")
    for authority, number in (
        ("ÄRZTEKAMMER KÖLN", "AB12345"),
        ("Arztekammer, Koln.", "ab 12 345"),
        ("Ärztekammer Köln", "AB-１２-345"),  # noqa: RUF001 - digits as wide as letters of East Asia
    ):
        assert same(("DE", "Ärztekammer Köln", "AB-12/34.5"), ("DE", authority, number))


@pytest.mark.parametrize(
    "other",
    [("AT", "Board", "12345"), ("DE", "Other Board", "12345"), ("DE", "Board", "12354"), ("DE", "Board", "112345")],
)
def test_another_country_authority_or_number_is_another_licence(other: tuple[str, str, str]) -> None:
    assert not same(("DE", "Board", "12345"), other)


def test_digits_of_other_scripts_are_the_same_digits_and_letters_stay_letters() -> None:
    assert same(("EG", "Syndicate", "٤٥٦٧"), ("EG", "Syndicate", "4567"))
    # Cyrillic letters, small and capital.
    assert normalised("RU", "Board", "\u0430\u0431 123456").number == "\u0410\u0411 123456"


@pytest.mark.parametrize(
    ("number", "accepted"),
    [
        ("123", True),
        ("12", False),
        ("A" * 30, True),
        ("A" * 31, False),
        ("-/.", False),
        ("1-" * 29 + "1", True),
        ("1" + "-" * 60 + "234", False),
        ("12_34", False),
        ("12\u202e34", False),
        ("12\x0034", False),
        ("<b>12</b>", False),
        ("12²", True),
    ],
)
def test_which_numbers_can_be_licences_elsewhere(number: str, *, accepted: bool) -> None:
    if accepted:
        normalised("FR", "Ordre", number)
    else:
        assert problems_of("FR", "Ordre", number) == ["number"]


@pytest.mark.parametrize("country", ["", "XX", "USA", "D E", "\0"])
def test_countries_are_those_of_the_standard(country: str) -> None:
    assert problems_of(country, "Board", "12345") == ["country"]


@pytest.mark.parametrize("authority", ["", " ", "...", "x" * 101, "Board\u202eof", "Bo\0ard"])
def test_an_authority_is_a_short_text_with_letters(authority: str) -> None:
    assert problems_of("FR", authority, "12345") == ["authority"]


def test_all_problems_are_told_at_once() -> None:
    assert problems_of("XX", "", "12_34_56") == ["country", "authority", "number"]


def test_a_licence_in_a_message_shows_no_number() -> None:
    number = str(random.Random(1).randrange(10**8, 10**9))

    assert number not in repr(normalised("FR", "Ordre", number))
