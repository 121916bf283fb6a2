"""What this machine holds, held against what was signed: every promoted package, byte for byte, and every scored day.

`tenure verify` proves the log first; this is what the log speaks of. What is not here is said, not passed over.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from adapters.tables import SCORES, stage_table
from home.workplace import Workplace
from provenance.delivered import Delivered, Shelf
from provenance.signed_scores import check_signed
from tenure.errors import TenureError

NOT_HERE = "Not looked at, for it is not on this machine: "


@dataclass(frozen=True, kw_only=True)
class Held:
    """What was looked at, what of it is not as it was signed, each in a sentence, and what is not here to look at."""

    n_packages: int
    n_days: int
    faults: tuple[str, ...]
    not_here: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What was looked at, and what was not."""
        packages = f"Promoted packages: {self.n_packages}, every byte of them hashed."
        whole = f"{packages} Scored days: {self.n_days}, each held against what was signed."
        return f"{whole} {NOT_HERE}{', '.join(self.not_here)}." if self.not_here else whole


def look(workplace: Workplace, tell: Callable[[str], None] = lambda _: None) -> Held:
    """Hash every promoted package, and hold every day of scores against what was signed.

    Parameters
    ----------
    tell: is given a line before what takes long.
    """
    promoted = sorted({record.package_digest for record in workplace.promotions.records()})
    has_store = workplace.packages.has_promoted
    if has_store and promoted:
        tell(f"Hashing {len(promoted)} promoted packages …")
    faults = [*_packages(workplace, promoted)] if has_store else []
    shelves = [Shelf(workplace, spec) for spec in workplace.project.models]
    days = [Delivered(shelf, day) for shelf in shelves for day in workplace.lake.days(stage_table(shelf.spec, SCORES))]
    if days:
        tell(f"Holding {len(days)} scored days against what was signed …")
    absent = [f"the bytes of {len(promoted)} promoted packages"] if promoted and not has_store else []
    return Held(
        n_packages=len(promoted) if has_store else 0,
        n_days=len(days),
        faults=(*faults, *_days(days)),
        not_here=(*absent, *([] if days else ["scores, of which the lake here holds none"])),
    )


def _packages(workplace: Workplace, promoted: list[str]) -> Iterator[str]:
    """Promoted packages whose bytes are not those that were approved, or are gone."""
    for digest in promoted:
        try:
            workplace.packages.load(digest)
        except TenureError as error:
            yield f"Package {digest[:12]}: {error}"


def _days(days: Iterable[Delivered]) -> Iterator[str]:
    """Days of scores that are not what was signed."""
    for delivered in days:
        try:
            check_signed(delivered)
        except TenureError as error:
            yield str(error)
