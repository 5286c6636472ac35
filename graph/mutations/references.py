"""What the ids in a mutation's arguments stand for; one that stands for nothing is a member of its result."""

from graph.context import Info
from graph.errors import InputError, message_of
from graph.identifiers import parse_key, parse_reference, physician_id_of
from graph.mutations import errors
from graph.mutations.carrying_out import Refusal
from resolvers.reads.ratings import BIGGEST_RATING_ID
from resolvers.references import UnknownReference


async def known_drug(info: Info, text: str, argument: str) -> int:
    """The primary key of a drug.

    Raises:
        Refusal: there is none with this id or slug.
    """
    try:
        reference = parse_reference(text, "Drug", argument)
    except InputError as error:
        raise Refusal(errors.UnknownDrug(message=error.message)) from None
    key = await info.context.loaders.drug_key.load(reference)
    if key is None:
        raise Refusal(errors.UnknownDrug(message=message_of(UnknownReference("drug", [reference]))))
    return key


async def known_indication(info: Info, text: str, argument: str) -> int:
    """The primary key of an indication.

    Raises:
        Refusal: there is none with this id or slug.
    """
    try:
        reference = parse_reference(text, "Indication", argument)
    except InputError as error:
        raise Refusal(errors.UnknownIndication(message=error.message)) from None
    key = await info.context.loaders.indication_key.load(reference)
    if key is None:
        raise Refusal(errors.UnknownIndication(message=message_of(UnknownReference("indication", [reference]))))
    return key


def rating_key(text: str, argument: str) -> int:
    """The primary key in the id of a rating, which need not exist, but could.

    Raises:
        Refusal: the text is not the id of a rating, or has a number that no rating can have.
    """
    try:
        key = parse_key(text, "Rating", argument)
    except InputError as error:
        raise Refusal(errors.UnknownRating(message=error.message)) from None
    if key > BIGGEST_RATING_ID:
        raise Refusal(errors.UnknownRating(message="There is no such rating."))
    return key


async def physician_key(info: Info, text: str, argument: str) -> int:
    """The primary key in the id by which the viewer knows a physician, who need not exist any more.

    Raises:
        Refusal: the text is not such an id.
    """
    try:
        return await physician_id_of(text, info.context.viewer, argument)
    except InputError as error:
        raise Refusal(errors.UnknownPhysician(message=error.message)) from None
