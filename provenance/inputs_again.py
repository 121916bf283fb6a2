"""What features are made from, made again: from the versions of the lake that evidence names, or from the bytes received.

Making features and models of it is `rebuild.py`'s.
"""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from adapters.lake import OpenTable, connect
from adapters.tables import ACTIVITY_TABLE, validated_table
from home.workplace import Workplace
from provenance.lineage import Lineage
from provenance.roll_up import roll_up_of
from provenance.snapshots import input_tables
from tenure.contracts import Source
from tenure.errors import TraceError
from tenure.evidence import Evidence
from tenure.features.plan import INPUTS

Inputs = Mapping[str, OpenTable | pa.Table]


def inputs_from_lake(workplace: Workplace, evidence: Evidence) -> Inputs:
    """The inputs in the versions that training read, by the names that the plan of features gives them."""
    project, data = workplace.project, evidence.data
    versions: dict[str, int | None] = {validated_table(project.source(s.name)): s.lake_version for s in data.sources}
    versions[ACTIVITY_TABLE] = data.activity_version
    return {as_input: at_version(workplace, name, versions.get(name)) for as_input, name in input_tables(project).items()}


def inputs_from_raw(workplace: Workplace, evidence: Evidence) -> Inputs:
    """The inputs made anew from the bytes received: judged again, rolled up again; of the lake only its notes are read."""
    project, roles = workplace.project, workplace.project.roles
    versions = {source.name: source.lake_version for source in evidence.data.sources}
    until = evidence.data.known_until
    kept = {
        name: _judged_again(workplace, project.source(name), versions.get(name), until)
        for name in (roles.lines, roles.products, roles.campaigns, roles.redemptions)
    }
    connection = connect()
    lines = connection.create_table("lines", kept[roles.lines])
    products = connection.create_table("products", kept[roles.products])
    days = sorted(set(kept[roles.lines]["day"].to_pylist()))
    activity = roll_up_of(project.source(roles.lines), lines, products, days=days, connection=connection)
    made = (activity, kept[roles.campaigns], kept[roles.redemptions])
    return dict(zip(INPUTS, made, strict=True))


def at_version(workplace: Workplace, table: str, version: int | None) -> OpenTable:
    """A table in the version that training read."""
    latest = workplace.lake.open(table).version
    if version is None or not 0 <= version <= latest:
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
    receipts = (raw.receipt_of(project.name, source.name, day, sha256) for day, sha256 in batches.items())
    paths = {receipt.key: raw.path_of(receipt, verify=True) for receipt in receipts}
    return validate(source, paths, first_key=project.first_key, first_day=project.first_day).kept
