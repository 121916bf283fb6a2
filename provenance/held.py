"""What this machine holds, held against what was signed: every promoted package, byte for byte, and every scored day.

`tenure verify` proves the log first; this is what the log speaks of. What is not here is said, not passed over.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from adapters.erasing_guard import UNFINISHED
from adapters.tables import SCORES, stage_table
from governance.records.delivery import delivered_days
from governance.records.trust_root import Role
from governance.stores.package_reading import evidence_of
from home.audited_months import faults as of_audits
from home.workplace import Workplace
from provenance.delivered import Delivered, Shelf
from provenance.people_signed import decisions_held
from provenance.signed_scores import check_signed
from tenure.errors import TenureError

NOT_HERE = "Not looked at, for it is not on this machine: "


class Rows(Enum):
    """Which test rows of a package are left."""

    ALL = auto()
    ERASED = auto()
    GONE = auto()


@dataclass(frozen=True, kw_only=True)
class Held:
    """What was looked at, what of it is not as it was signed, each in a sentence, and what is not here to look at."""

    n_packages: int
    n_days: int
    n_unsigned: int
    faults: tuple[str, ...]
    not_here: tuple[str, ...]
    of_people: str = ""

    @property
    def in_words(self) -> str:
        """What was looked at, and what was not."""
        packages = f"Promoted packages: {self.n_packages}, every byte of them hashed."
        nobody = f"; {self.n_unsigned} more nobody signed, for the trust root names no scoring service" if self.n_unsigned else ""
        whole = f"{packages} Scored days: {self.n_days}, each held against what was signed{nobody}."
        whole = " ".join(filter(None, (whole, self.of_people)))
        return f"{whole} {NOT_HERE}{', '.join(self.not_here)}." if self.not_here else whole


def look(workplace: Workplace, tell: Callable[[str], None] = lambda _: None) -> Held:
    """Hash every promoted package, and hold every day of scores against what was signed.

    Parameters
    ----------
    tell: is given a line before what takes long.
    """
    promoted = sorted({record.package_digest for record in workplace.promotions.records()})
    has_store = workplace.packages.has_promoted
    unfinished = [UNFINISHED] if workplace.lake.guard.is_unfinished else []
    if has_store and promoted:
        tell(f"Hashing {len(promoted)} promoted packages …")
    faults = [*_packages(workplace, promoted)] if has_store else []
    left = {digest: _rows_left(workplace, digest, faults) for digest in promoted if has_store}
    shelves = [Shelf(workplace, spec) for spec in workplace.project.models]
    whole = [Delivered(shelf, day) for shelf in shelves for day in workplace.lake.days(stage_table(shelf.spec, SCORES))]
    emptied = [one for shelf in shelves for one in _emptied(shelf, {(each.spec.name, each.day) for each in whole})]
    days = [*whole, *emptied]
    # Where nobody may sign, there is nothing to hold a day against; where somebody may, a signature that is gone is a fault.
    unsigned = [] if _has_scorer(workplace) else [one for one in days if one.standing is None]
    days = [one for one in days if one not in unsigned]
    if days:
        tell(f"Holding {len(days)} scored days against what was signed …")
    of_people = decisions_held(workplace) if workplace.project.people is not None else None
    absent = [f"the bytes of {len(promoted)} promoted packages"] if promoted and not has_store else []
    if unmeasured := [digest for digest, rows in left.items() if rows is Rows.GONE]:
        absent.append(f"the test rows of {len(unmeasured)} promoted packages, whose figures so rest on signatures alone")
    if erased := [digest for digest, rows in left.items() if rows is Rows.ERASED]:
        absent.append(f"test rows that were erased, of {len(erased)} promoted packages, whose figures rest on signatures too")
    if emptied:
        absent.append(f"scores of {len(emptied)} scored days, all of which were erased")
    absent += _past(shelves)
    absent += _gone(shelves, days + unsigned) if days or unsigned else ["scores, of which the lake here holds none"]
    return Held(
        n_packages=len(promoted) if has_store else 0,
        n_days=len(days),
        n_unsigned=len(unsigned),
        faults=(
            *unfinished,
            *faults,
            *_days(days),
            *(of_people.faults if of_people else ()),
            *of_audits(workplace),
            *_ended_by_another(workplace),
        ),
        not_here=tuple(absent),
        of_people=of_people.in_words if of_people else "",
    )


def _has_scorer(workplace: Workplace) -> bool:
    """Whether the log ever had a trust root that names the scoring service."""
    return any(Role.SCORER in one.roles for _, root in workplace.promotions.ledger().roots for one in root.staff)


def _packages(workplace: Workplace, promoted: list[str]) -> Iterator[str]:
    """Promoted packages whose bytes are not those that were approved, or are gone."""
    for digest in promoted:
        try:
            workplace.packages.load(digest)
        except TenureError as error:
            yield f"Package {digest[:12]}: {error}"


def _rows_left(workplace: Workplace, digest: str, faults: list[str]) -> Rows:
    """Which of the test rows that a package's evidence names are here; rows that are not those are a fault."""
    try:
        root = evidence_of(workplace.packages.load(digest)).data.test_rows_digest
        kept = workplace.test_rows.read(root) if root else None
    except TenureError as error:
        if str(error) not in " ".join(faults):
            faults.append(f"Package {digest[:12]}: {error}")
        return Rows.ALL
    if kept is None:
        return Rows.GONE
    return Rows.ERASED if kept.n_emptied else Rows.ALL


def _emptied(shelf: Shelf, here: Collection[tuple[str, date]]) -> Iterator[Delivered]:
    """Days of which every score was erased."""
    for day, commit in shelf.commits.items():
        if commit.emptied and (shelf.spec.name, day) not in here:
            yield Delivered(shelf, day)


def _gone(shelves: Iterable[Shelf], here: Iterable[Delivered]) -> Iterator[str]:
    """Days that the log says were delivered, and of which the lake here holds no row."""
    held = {(one.spec.name, one.day) for one in here}
    for shelf in shelves:
        project, model = shelf.workplace.project.name, shelf.spec.name
        ended = shelf.retentions.left(shelf.table.name)
        missing = delivered_days(shelf.ledger, project, model) - {*ended}
        gone = sorted(day for day in missing if (model, day) not in held)
        if gone:
            yield f"{len(gone)} delivered days of {model} (first: {gone[0]})"


def _past(shelves: Iterable[Shelf]) -> Iterator[str]:
    """Scored days that are no longer kept."""
    for shelf in shelves:
        if past := shelf.retentions.left(shelf.table.name):
            which = f"{len(past)} delivered days of {shelf.spec.name} (first: {min(past)})"
            yield f"{which}, which are no longer kept, as the log says"


def _ended_by_another(workplace: Workplace) -> Iterator[str]:
    """Records by which a roll-up ended by the time of another source; of other tables the log tells by itself."""
    own = {history.table: history.source for history in workplace.project.events}
    for record, retention in workplace.promotions.retentions().acts:
        for one in retention.ended:
            if own.get(one.table, name := retention.times[one.of].name) != name:
                yield f"Record {record.sequence} of the log ends {one.table} by the time of {name}, of which it is not made."


def _days(days: Iterable[Delivered]) -> Iterator[str]:
    """Days of scores that are not what was signed."""
    for delivered in days:
        try:
            check_signed(delivered)
        except TenureError as error:
            yield str(error)
