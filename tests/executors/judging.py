"""Whether two answers to one operation are the same, as far as graphql-core's answer is determined at all.

The rule. The data are equal to the letter, with the order of keys. Most errors are equal as well: message, path,
locations and extensions. Where one failure makes a position null, both report that failure and nothing else for the
position. Only where several failures lie at or below one position that becomes null does graphql-core leave it to
chance which of them it reports, and only if it had to wait in between:

* A failure met without any waiting once the position's value was there ends the position at once. graphql-core then
  reports what failed before it in the document's order (and was met in the same way), it, and nothing else. So must the
  plan.
* Otherwise the first failure that reaches the position ends it. Which is first is a matter of time, and so is what else
  below it was reported by then: what was waited for is cancelled. So here an answer may report any of the failures,
  each at most once, but: exactly one that made the position null itself, at most one for each position below, and every
  one that was met without waiting.

The order of errors is compared between those that are met in one go, without waiting in between; others come in the
order in which what they waited for was ready. Errors of an operation's root fields that are executed one after the
other come in their order.
"""

from collections.abc import Iterable, Sequence

from tests.executors.answers import Answer
from tests.executors.failures import Failure, Position


def disagreement(expected: Answer, given: Answer) -> str | None:
    """What differs between two answers that have to be equal to the letter; None: nothing."""
    if expected.data != given.data:
        return "the data differ"
    return None if expected.errors == given.errors else "the errors differ"


def improper(answer: Answer, failures: Sequence[Failure], *, serially: bool) -> str | None:
    """What is wrong with an answer's errors, by the rule above; None: nothing.

    Args:
        answer: the answer.
        failures: all that the operation meets.
        serially: whether its root fields are executed one after the other.
    """
    groups = _by_root_field(failures) if serially else [failures]
    for group in groups:
        for position in _outermost({failure.absorbed for failure in group}):
            concerned = [failure for failure in group if _below(failure.absorbed, position)]
            reported = [text for text in answer.errors if any(text == failure.text for failure in concerned)]
            if (wrong := _improper_at(position, concerned, reported)) is not None:
                return f"{wrong}, where {list(position) or 'data'} is null"
    met = [{failure.text for failure in group} for group in groups]
    for text in answer.errors:
        if not any(text in texts for texts in met):
            return f"nothing failed like this: {text}"
    places = [next(place for place, texts in enumerate(met) if text in texts) for text in answer.errors]
    if places != sorted(places):
        return "errors of root fields come in another order than the fields"
    return _out_of_order(answer, failures)


def _improper_at(position: Position, failures: Sequence[Failure], reported: Sequence[str]) -> str | None:
    if any(reported.count(text) > len({one.at for one in failures if one.text == text}) for text in set(reported)):
        return "an error is reported twice"
    run = next(failure.absorbing_run for failure in failures if failure.absorbed == position)
    certain = _first_of_each_position((failure for failure in failures if failure.run == run), position)
    if len(failures) == 1:
        certain = list(failures)
    if not any(failure.absorbed == position for failure in certain):
        return _improper_by_chance(position, failures, reported, certain)
    texts = [failure.text for failure in certain]
    if set(reported) != set(texts):
        return f"these errors are reported: {list(reported)}, and should be: {texts}"
    return None


def _improper_by_chance(
    position: Position, failures: Sequence[Failure], reported: Sequence[str], certain: Iterable[Failure]
) -> str | None:
    for failure in certain:
        if failure.text not in reported:
            return f"this error is certain, and not reported: {failure.text}"
    absorbed = [next(failure.absorbed for failure in failures if failure.text == text) for text in reported]
    if absorbed.count(position) != 1:
        return f"not exactly one of these errors made the position null: {list(reported)}"
    if len(absorbed) != len(set(absorbed)):
        return f"two of these errors made the same position null: {list(reported)}"
    return None


def _first_of_each_position(failures: Iterable[Failure], position: Position) -> list[Failure]:
    """What is reported of failures that are met one after the other, up to the one that ends the position."""
    kept: list[Failure] = []
    for failure in failures:
        if any(_below(failure.absorbed, one.absorbed) for one in kept):
            continue
        kept.append(failure)
        if failure.absorbed == position:
            break
    return kept


def _by_root_field(failures: Sequence[Failure]) -> list[list[Failure]]:
    """The failures of each root field, up to the first one with a failure that ends the whole operation."""
    groups: dict[str | int, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(failure.at[0], []).append(failure)
    met = []
    for group in groups.values():
        met.append(group)
        if any(failure.absorbed == () for failure in group):
            break
    return met


def _outermost(positions: set[Position]) -> list[Position]:
    return [one for one in positions if not any(other != one and _below(one, other) for other in positions)]


def _below(position: Position, other: Position) -> bool:
    return position[: len(other)] == other


def _out_of_order(answer: Answer, failures: Sequence[Failure]) -> str | None:
    runs: dict[Position, list[str]] = {}
    for failure in failures:
        if failure.run == failure.absorbing_run and failure.text in answer.errors:
            runs.setdefault(failure.run, []).append(failure.text)
    for texts in runs.values():
        given = [text for text in answer.errors if text in texts]
        if given != texts:
            return f"errors come in another order than they are met: {given}, not {texts}"
    return None
