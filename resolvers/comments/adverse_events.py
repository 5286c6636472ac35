"""Possible adverse events in a comment.

An event is to be reported when there are a patient, a reporter, a drug and an event (ICH E2D, section 4.1). The last
three are there whenever a physician who rates a drug tells of one. What has to be told apart is an event that happened
to somebody from remarks on what a drug can do, what it prevents, and how patients usually take it.
"""

import re
from collections.abc import Iterator

from resolvers.comments.adverse_event_words import (
    ACTED,
    BENEFIT,
    CANCELLED_AFTER,
    CANCELLED_BEFORE,
    CRITICAL,
    ELSEWHERE,
    HAPPENED,
    INDIVIDUAL,
    LINK,
    MEASURED,
    NEGATED,
    OBSERVED,
    ONSET,
    REACTION,
    REASON_END,
    STOPPED,
    SUFFERER,
    TURN,
    VAGUE,
)

_SENTENCE_END = re.compile(r"(?<!\bmr)(?<!\bdr)(?<!\bpt)(?<!\bms)(?<!\bvs)(?<!\bmrs)(?<!\bapprox)[.!?;]\s|\n")

BEFORE = 70
"""How many characters in front of an event are read for what it means."""

AFTER = 45
"""How many behind it."""

NEAR = 45
"""How many characters in front of a reaction may lie between it and the word that ties it to a patient."""

REASON = 80
"""How many characters are read for why a drug was stopped."""


def has_adverse_event(text: str) -> bool:
    """Whether something is told that may have happened to a patient on the drug.

    Found are serious events of somebody, of a group, or told as having happened; other reactions only of one patient or
    of a small number that is said. Takes a text that `plain` has made plain.
    """
    text = text.lower()
    if not any(pattern.search(text) for pattern in (CRITICAL, REACTION, MEASURED, ACTED)):
        return False
    known = False
    for sentence in _SENTENCE_END.split(text):
        individual = INDIVIDUAL.search(sentence) is not None
        if _tells_event(sentence, individual=individual or known):
            return True
        known = individual
    return False


def _tells_event(sentence: str, *, individual: bool) -> bool:
    observed = OBSERVED.search(sentence) is not None
    if ELSEWHERE.search(sentence) and not observed and not individual:
        return False
    told = observed or HAPPENED.search(sentence) is not None
    if told and any(_events(CRITICAL, sentence)):
        return True
    if individual and any(not _is_treated(event, sentence) for event in _events(CRITICAL, sentence)):
        return True
    if individual and (_tells_reaction(sentence) or any(_events(MEASURED, sentence))):
        return True
    return (individual or not VAGUE.search(sentence)) and _tells_why_stopped(sentence)


def _tells_reaction(sentence: str) -> bool:
    if any(_events(ACTED, sentence)):
        return True
    if BENEFIT.search(sentence) and "stop" not in sentence:
        return False
    return any(
        LINK.search(sentence, max(0, event.start() - NEAR), event.start()) for event in _events(REACTION, sentence)
    )


def _is_treated(event: re.Match[str], sentence: str) -> bool:
    """Whether the event is what the patient was treated for, as in "a man with heart block"."""
    if ONSET.search(sentence) and not BENEFIT.search(sentence):
        return False
    return SUFFERER.search(sentence, max(0, event.start() - BEFORE), event.start()) is not None


def _tells_why_stopped(sentence: str) -> bool:
    """Whether an event follows, in the same breath, on words that say that the drug was stopped."""
    for stopped in _events(STOPPED, sentence):
        reason = REASON_END.split(sentence[stopped.end() : stopped.end() + REASON], maxsplit=1)[0]
        if CRITICAL.search(reason) or REACTION.search(reason):
            return True
    return False


def _events(pattern: re.Pattern[str], sentence: str) -> Iterator[re.Match[str]]:
    """The events in the sentence that are not spoken of as a risk, a benefit or a thing of the past."""
    for event in pattern.finditer(sentence):
        before = sentence[max(0, event.start() - BEFORE) : event.start()]
        turns = list(TURN.finditer(before))
        before = before[turns[-1].end() :] if turns else before
        after = sentence[event.end() : event.end() + AFTER]
        if not (CANCELLED_BEFORE.search(before) or NEGATED.search(before) or CANCELLED_AFTER.search(after)):
            yield event
