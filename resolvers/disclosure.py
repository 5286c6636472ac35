"""How much of the counts a reader may see."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Disclosure:
    """From which table of counts scores are made, and from how many physicians on they are shown.

    A criterion that fewer physicians have answered counts as not answered.
    """

    table: Literal["cell", "released_cell"]
    least: int

    @property
    def from_ratings(self) -> bool:
        """Whether it is for those who see single ratings, and could count them by themselves."""
        return self.table == "cell"

    @property
    def least_counted(self) -> int:
        """From how many ratings on a cell is counted at all; others must not tell a few ratings from none."""
        return 1 if self.from_ratings else self.least


RELEASED = Disclosure("released_cell", 11)
"""For those who are no verified physicians: only what has been released in groups, so that nothing can be found out by
subtraction. 11 is the smallest cell that US Medicare's data may show."""

FROM_FIVE = Disclosure("cell", 5)
"""For verified physicians, who see single ratings as well: what fewer than five say is no score."""

EXACT = Disclosure("cell", 1)
"""For moderators: everything, as it is now."""
