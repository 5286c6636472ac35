"""Whether a database holds simulated ratings."""

from models import Physician


async def simulated_ratings_exist() -> bool:
    """True when any physician of the open database is marked as simulated."""
    return await Physician.filter(simulated=True).exists()
