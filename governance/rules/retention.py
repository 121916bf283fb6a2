"""The rule of retention: nothing is deleted because of its time before the time that reviewers signed.

Whoever holds the scoring service's key can so delete nothing under this name that the company had not agreed to delete.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from governance.records.ledger import Ledger
from governance.records.retention import read_retention
from governance.rules.data_use import data_use
from tenure.purposes.declaration import DataKind
from tenure.purposes.kept import Kept, kept_by
from tenure.refusals import Refusal, refused

# A company's day may have begun where it is, and not yet in UTC.
_ZONES = timedelta(days=1)


def kept_as_approved(ledger: Ledger, project: str, *, before: int | None = None) -> Mapping[tuple[DataKind, str], Kept]:
    """For how long a project's sources and purposes are kept, as it was approved ahead of a place; without those for ever."""
    use = data_use(ledger, project, before=before)
    standing = (one.declaration for one in use.approved.values() if use.standing(one.declaration) is not None)
    return {(kept.kind, kept.name): kept for one in standing if (kept := kept_by(one)) is not None}


def check_retention(envelope: bytes, ledger: Ledger, *, at: datetime, place: int) -> None:
    """What was deleted had been kept for as long as the approved declarations say.

    Raises
    ------
    RefusedError: naming what would end too early.
    """
    retention = read_retention(envelope, ledger, at=at, place=place)
    known = kept_as_approved(ledger, retention.project, before=place)
    for time in retention.times:
        kept = known.get((time.kind, time.name))
        if kept is None or kept.days != time.kept_days:
            said = "for ever" if kept is None else f"for {kept.days} days"
            raise refused(
                Refusal.NOT_APPROVED,
                f"The retention ends the {time.kind} {time.name!r} after {time.kept_days} days, and what reviewers approved "
                f"keeps it {said}. Have the other time approved first: tenure data propose.",
            )
        if time.kept_from > kept.ended_before((at + _ZONES).date()):
            raise refused(
                Refusal.NOT_APPROVED,
                f"The retention ends days before {time.kept_from} of the {time.kind} {time.name!r}, which {kept.in_words} "
                f"from {at:%Y-%m-%d} on still keeps. Set the clocks right.",
            )
