"""The data dictionary of a company's folder, gathered: what it declares, the rules that its rows are judged by, its tables, and
what the home holds of each source where there is one.
"""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.compute as pc

from adapters.lake import Lake
from adapters.project_folders import load_declared
from adapters.settings import Settings
from adapters.tables import verdicts_table
from expectations.rules import rules_of
from home.lake_tables import tables_of
from tenure.contracts import Source
from tenure.dictionary import Dictionary, LandedEntry, RuleEntry, dictionary_of
from tenure.project import Project


def dictionary_at(folder: Path, settings: Settings) -> Dictionary:
    """The data dictionary of the company at a folder; nothing is run or landed.

    Raises
    ------
    SpecError: when the folder declares what cannot work.
    """
    project = load_declared(folder)
    return dictionary_of(
        project,
        rules={source.name: judged_by(project, source) for source in project.sources},
        tables=tables_of(project),
        landed=_landed(project, settings),
    )


def judged_by(project: Project, source: Source) -> tuple[RuleEntry, ...]:
    """Every rule by which the rows of a source are judged, in words."""
    return tuple(RuleEntry(name=rule.name, says=rule.meaning) for rule in rules_of(source, first_key=project.first_key))


def _landed(project: Project, settings: Settings) -> Mapping[str, LandedEntry]:
    """What verdicts say of each source: one small table a source, and nothing where there is no home or nothing is landed."""
    lake = Lake(settings.lake, project.name)
    found = {}
    for source in project.sources:
        rows = lake.rows(verdicts_table(source), columns=["day", "n_received", "n_kept"])
        if rows is not None and rows.num_rows:
            days = pc.min_max(rows["day"]).as_py()
            found[source.name] = LandedEntry(
                first_day=days["min"],
                last_day=days["max"],
                n_days=rows.num_rows,
                n_received=pc.sum(rows["n_received"]).as_py() or 0,
                n_kept=pc.sum(rows["n_kept"]).as_py() or 0,
            )
    return found
