"""Which candidates wait for people: those that came after what serves, and never served themselves.

What the gates said of them is in their packages; whoever lists them leaves refused ones out.
"""

from collections.abc import Sequence

from governance.stores.package_store import Candidate, PackageStore
from tenure.promotions import PromotionRecord


def newer_candidates(
    packages: PackageStore, project: str, model: str, promotions: Sequence[PromotionRecord]
) -> tuple[Candidate, ...]:
    """Candidates of a model kept after the one that serves, oldest first; all of them before the first promotion.

    Parameters
    ----------
    promotions: those of the model, oldest first.
    """
    kept, served = packages.candidates(project, model), {record.package_digest for record in promotions}
    since = 0.0
    if promotions:
        champion = promotions[-1]
        # Where its candidate is gone, the hour of its promotion stands for that of its training.
        times = [one.kept_at_seconds for one in kept if one.digest == champion.package_digest]
        since = times[0] if times else champion.decided_at.timestamp()
    return tuple(one for one in kept if one.digest not in served and one.kept_at_seconds >= since)
