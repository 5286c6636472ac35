"""The root of all writes."""

import strawberry

from graph.mutations.following import FollowingMutations
from graph.mutations.moderating import ModeratingMutations
from graph.mutations.opinions import OpinionMutations
from graph.mutations.rating import RatingMutations
from graph.mutations.registering import RegisteringMutations


@strawberry.type(
    description="All writes. Each answers with its success or with an error that says why nothing was done; what "
    "nobody foresaw is in `errors`."
)
class Mutation(RatingMutations, OpinionMutations, FollowingMutations, RegisteringMutations, ModeratingMutations):
    pass
