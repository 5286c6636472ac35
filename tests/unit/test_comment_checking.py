"""What can be a comment, and what is said of what cannot."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.comments.checking import checked_comment
from resolvers.comments.errors import InvalidComment
from resolvers.ratings.checking import LONGEST_COMMENT

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART_ON_FIRE = "\u2764\ufe0f\u200d\U0001f525"


def refusal(text: str) -> str:
    with pytest.raises(InvalidComment) as refused:
        checked_comment(text)
    assert str(refused.value) == f"The comment {refused.value.reason}."
    return refused.value.reason


@pytest.mark.parametrize("text", [None, ""])
def test_none_and_an_empty_field_are_no_comment(text: str | None) -> None:
    assert checked_comment(text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Works well.", "Works well."),
        ("  Works well.\n", "Works well."),
        ("Pros:\r\n- cheap\r- quick", "Pros:\n- cheap\n- quick"),
        ("One line\u2028another\u2029a third", "One line\nanother\na third"),
        ("Dose:\t5 mg", "Dose:\t5 mg"),
        ("Sjo\u0308gren", "Sj\u00f6gren"),
        ("hyper\u00adtension", "hypertension"),
        ("\ufeffwith\u200bout", "without"),
        (f"{FAMILY} {HEART_ON_FIRE}", f"{FAMILY} {HEART_ON_FIRE}"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\u200f\u05d8\u05d5\u05d1", "\u200f\u05d8\u05d5\u05d1"),
    ],
    ids=[
        "plain",
        "blanks around it",
        "line ends of other systems",
        "line and paragraph separators",
        "tab",
        "decomposed letters",
        "soft hyphen",
        "byte order mark and zero-width space",
        "joined emoji",
        "joiner of Persian",
        "joiner of Hindi",
        "direction mark of Hebrew",
    ],
)
def test_a_comment_is_kept_as_everybody_reads_it(text: str, kept: str) -> None:
    assert checked_comment(text) == kept


def test_the_longest_comment_is_taken_and_one_more_character_is_not() -> None:
    assert checked_comment("x" * 4_000) == "x" * 4_000
    assert refusal("x" * 4_001) == "has 4,001 characters; at most 4,000 are possible"
    assert refusal("x" * 100_000) == "has 100,000 characters; at most 4,000 are possible"


def test_a_comment_that_grows_when_normalised_is_measured_as_it_is_kept() -> None:
    # U+0958 may not be composed: NFC makes two characters of it.
    assert refusal("\u0958" * 3_000) == "has 6,000 characters; at most 4,000 are possible"


@pytest.mark.parametrize(
    "text", [" ", "\n\t \n", "\u00a0\u3000\u2003", "\u200b", "\u200d \u200e", "\u2800", "\u3164", "\ufe0f", "\u00ad"]
)
def test_blanks_and_what_is_drawn_as_nothing_are_no_comment(text: str) -> None:
    assert refusal(text) == "has only blanks"


@pytest.mark.parametrize(
    ("character", "reason"),
    [
        ("\0", "has a NUL character"),
        ("\x07", "has the control character U+0007"),
        ("\x1b", "has the control character U+001B"),
        ("\x0b", "has the control character U+000B"),
        ("\x7f", "has the control character U+007F"),
        ("\x85", "has the control character U+0085"),
        ("\ud83d", "is not valid Unicode: it has half of a surrogate pair"),
        ("\ufdd0", "has U+FDD0, which is not a character"),
        ("\uffff", "has U+FFFF, which is not a character"),
        ("\U0010fffe", "has U+10FFFE, which is not a character"),
        ("\u2062", "has U+2062, an invisible character that can hide text"),
        ("\ufff9", "has U+FFF9, an invisible character that can hide text"),
        ("\U000e0041", "has U+E0041, an invisible character that can hide text"),
        ("\u200d\u200c", "has invisible characters in a row, from U+200D, that can hide text"),
        ("a\ufe00\ufe01", "has invisible characters in a row, from U+FE00, that can hide text"),
        ("a" + "\u0301\u0323" * 16, "has more than 30 combining marks in a row"),
    ],
)
def test_what_cannot_be_shown_as_it_is_is_refused_and_named(character: str, reason: str) -> None:
    assert refusal(f"good {character} drug") == reason


@pytest.mark.parametrize("character", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))])
def test_what_changes_the_order_of_text_is_refused(character: str) -> None:
    assert refusal(f"a{character}b") == (f"has U+{ord(character):04X}, which changes the order in which text is shown")


@given(st.text(max_size=60) | st.text("\u200d\u200c\u00ad\ufeff\u202e\ufe0f e\u0301\r\n", max_size=60))
def test_what_is_taken_is_readable_normal_and_taken_again_unchanged(text: str) -> None:
    try:
        kept = checked_comment(text)
    except InvalidComment as refused:
        assert refused.reason  # noqa: PT017 - either outcome is right
        return
    if kept is None:
        assert not text
        return
    assert kept == unicodedata.normalize("NFC", kept) == kept.strip()
    assert 1 <= len(kept) <= LONGEST_COMMENT
    assert "\r" not in kept
    assert kept.encode().decode() == kept
    assert checked_comment(kept) == kept


@given(st.text("abcdefgh", min_size=4, max_size=20), st.sampled_from("\0\x07\u202e\u2066\ufdd0\U000e0041"))
def test_a_refusal_never_repeats_the_text(secret: str, character: str) -> None:
    reason = refusal(f"{secret}ZQ{character}")
    assert f"{secret}ZQ" not in reason
