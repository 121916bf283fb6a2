"""That a company wants pseudonyms: said once, before its first day lands."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pseudonyms:
    """Ids of customers, and whatever identifies somebody directly, are replaced before anything is written to the lake.

    Nothing has to be said beside it: what is replaced follows from the contracts, and the key is made at the first landing.
    """
