"""What features are made from, made again: from the versions of the lake that evidence names, or from the bytes received.

Making features and models of it is `rebuild.py`'s.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

import pyarrow as pa

from adapters.lake import OpenTable
from adapters.tables import validated_table
from home.pseudonyms import hiding_of
from home.workplace import Workplace
from provenance.consent import inputs_of as told_in
from provenance.happened import inputs_of
from provenance.lineage import RAW, VALIDATED, Lineage
from provenance.roll_up import roll_up_of, sources_of
from tenure.contracts import Source
from tenure.errors import TraceError
from tenure.evidence import Evidence
from tenure.people.ledger import TABLE as PEOPLE
from tenure.project import Project

Inputs = Mapping[str, OpenTable | pa.Table]


def inputs_from_lake(workplace: Workplace, evidence: Evidence) -> Inputs:
    """What features and outcomes read, by table, in the versions that training read."""
    data = evidence.data
    versions: dict[str, int | None] = dict(data.history_versions)
    versions |= {f"{VALIDATED}{source.name}": source.lake_version for source in data.sources}
    return {name: at_version(workplace, name, versions.get(name)) for name in read_by(workplace.project)}


def inputs_from_raw(workplace: Workplace, evidence: Evidence) -> Inputs:
    """The inputs made anew from the bytes received: judged again, rolled up again; of the lake only its notes are read."""
    project = workplace.project
    versions = {source.name: source.lake_version for source in evidence.data.sources}
    until = evidence.data.known_until

    @cache
    def judged(name: str) -> pa.Table:
        return _judged_again(workplace, project.source(name), versions.get(name), until)

    made: dict[str, OpenTable | pa.Table] = {}
    for history in project.events:
        behind = {source.name: judged(source.name) for source in sources_of(project, history)}
        days = sorted(set(behind[history.source]["day"].to_pylist()))
        made[history.table] = roll_up_of(project, history, behind, days=days)
    if project.people is not None:
        # What people decided is in no bytes received, so who is one person is read as it stood.
        made[PEOPLE] = at_version(workplace, PEOPLE, dict(evidence.data.history_versions).get(PEOPLE))
    return {name: made[name] if name in made else judged(name.removeprefix(VALIDATED)) for name in read_by(project)}


def read_by(project: Project) -> tuple[str, ...]:
    """The lake's tables that the features and the outcomes of a project are made from, and those that tell consent."""
    foreseen = (name for spec in project.models for name in inputs_of(project, spec.foresees))
    return tuple(dict.fromkeys([*project.plan.inputs, *foreseen, *told_in(project)]))


def at_version(workplace: Workplace, table: str, version: int | None) -> OpenTable:
    """A table in the version that training read."""
    latest = workplace.lake.open(table).version
    if version is None or not -1 <= version <= latest:
        raise TraceError(
            f"The evidence names version {version} of {table}, but the lake holds versions 0 to {latest}. "
            "Restore the lake from a backup; without what it learnt from, a model cannot be rebuilt."
        )
    return workplace.lake.open(table, version=version)


def _judged_again(workplace: Workplace, source: Source, version: int | None, until: date) -> pa.Table:
    """The good rows of the batches behind a version of a validated table, judged by today's contract."""
    from expectations.validate import validate

    project, raw = workplace.project, workplace.raw
    table = at_version(workplace, validated_table(source), version)
    batches = Lineage(workplace.lake).batches(table, until)
    gone = workplace.promotions.retentions().gone(f"{RAW}{source.name}") if workplace.promotions.has_trust_root else {}
    if ended := sorted({*batches} & {*gone}):
        raise TraceError(
            f"The batches of {source.name} from {ended[0]} to {ended[-1]} are past their time and deleted, by record "
            f"{gone[ended[0]]} of the log, so nothing can be made again from the bytes received. Leave out --from-raw."
        )
    receipts = (raw.receipt_of(project.name, source.name, day, sha256) for day, sha256 in batches.items())
    held = {receipt.key: raw.batch_of(receipt) for receipt in receipts}
    hiding = hiding_of(workplace, source, is_kept=False)
    return validate(source, held, first_key=project.first_key, first_day=project.first_day, hiding=hiding).kept
