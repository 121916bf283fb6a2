"""The rule of retention: nothing is deleted because of its time before the time that reviewers signed, and by no other's time.

Whoever holds the scoring service's key can so delete nothing under this name that the company had not agreed to delete.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from governance.records.ledger import Ledger
from governance.records.retention import EndedDays, Retention, Retentions, TimeOf, read_retention, retentions
from governance.rules.data_use import data_use
from tenure.errors import RefusedError
from tenure.project import Project
from tenure.purposes.declaration import AS_SOURCES, DataKind, Declaration
from tenure.purposes.kept import Kept, kept_by, kept_of_model, kept_of_models, lasting
from tenure.refusals import Refusal, refused

# A company's day may have begun where it is, and not yet in UTC.
_ZONES = timedelta(days=1)
# What a record calls things: rows and batches of a source, and what is made of several of them for the purposes of models.
_OF_SOURCES, _ROLL_UPS = ("validated/", "quarantine/", "raw/"), "daily/"
_FEATURES, _SCORES, _TEST_ROWS = "features", "/scores", "test_rows/"


def kept_as_approved(ledger: Ledger, project: str, *, before: int | None = None) -> Mapping[tuple[DataKind, str], Kept]:
    """For how long a project's sources and purposes are kept, as it was approved ahead of a place; without those for ever."""
    use = data_use(ledger, project, before=before)
    standing = (one.declaration for one in use.approved.values() if use.standing(one.declaration) is not None)
    return {(kept.kind, kept.name): kept for one in standing if (kept := kept_by(one)) is not None}


def ended_as_kept(ledger: Ledger, project: str) -> Retentions:
    """What the log says was deleted by the times that are approved now, since they were approved."""
    use = data_use(ledger, project)
    standing = (one for one in use.approved.values() if use.standing(one.declaration) is not None)
    since = {kept: one.sequence for one in standing if (kept := kept_by(one.declaration)) is not None}
    return retentions(
        ledger,
        project,
        counts=lambda record, time: since.get(Kept(kind=time.kind, name=time.name, days=time.kept_days), record) < record,
    )


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
    by_sources = any(one.about("kept") == (AS_SOURCES,) for one in _purposes(ledger, retention.project, before=place))
    for one in retention.ended:
        _check_table(one, retention.times[one.of], may_be_by_source=by_sources)


def check_tables(project: Project, known: Mapping[tuple[DataKind, str], Kept], retention: Retention) -> None:
    """Every table ends by the time that a project keeps it for.

    Parameters
    ----------
    known: for how long everything is kept, as approved.

    Raises
    ------
    RefusedError: naming a table that ends by the time of something else.
    """
    own = {history.table: {(DataKind.SOURCE, history.source)} for history in project.events}
    of_models = {f"{spec.name}{_SCORES}": _named(kept_of_model(project, spec, known)) for spec in project.models}
    own |= {**of_models, _FEATURES: _named(kept_of_models(project, known))}
    stays = lasting(project)
    own |= {f"{kind}{name}": set() for kind in _OF_SOURCES for name in stays}
    own |= {history.table: set() for history in project.events if history.source in stays}
    for one in retention.ended:
        time, table = retention.times[one.of], one.table
        if table.startswith(_TEST_ROWS):
            allowed = set[tuple[DataKind, str]]().union(*of_models.values())
        elif table.startswith(_OF_SOURCES) and table not in own:
            allowed = {(DataKind.SOURCE, source.name) for source in project.sources}  # whose own it is, the log looks at
        else:
            allowed = own.get(table, set())
        if (time.kind, time.name) not in allowed:
            raise _of_another(table, time)


def _check_table(ended: EndedDays, time: TimeOf, *, may_be_by_source: bool) -> None:
    """A table may end by this time, for all that a log can tell without the project."""
    table, is_of_source = ended.table, time.kind is DataKind.SOURCE
    if table.startswith(_OF_SOURCES):
        is_own = is_of_source and table.partition("/")[2] == time.name
    elif table == _FEATURES or table.endswith(_SCORES) or table.startswith(_TEST_ROWS):
        is_own = may_be_by_source or not is_of_source
    else:
        is_own = is_of_source and table.startswith(_ROLL_UPS)
    if not is_own:
        raise _of_another(table, time)


def _of_another(table: str, time: TimeOf) -> RefusedError:
    return refused(
        Refusal.NOT_APPROVED,
        f"The retention ends days of {table} by the time of the {time.kind} {time.name!r}, which is not what {table} is kept by. "
        "Nothing of it may be deleted so: find out who wrote that record.",
    )


def _named(kept: Kept | None) -> set[tuple[DataKind, str]]:
    return set() if kept is None else {(kept.kind, kept.name)}


def _purposes(ledger: Ledger, project: str, *, before: int) -> Iterator[Declaration]:
    """The purposes that are approved ahead of a place."""
    found = data_use(ledger, project, before=before).approved.values()
    return (one.declaration for one in found if one.declaration.kind is DataKind.PURPOSE)
