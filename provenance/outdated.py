"""Scores and what they were made from: which of those that were delivered are out of date, because their features changed."""

from datetime import date

from adapters.lake_reading import OpenTable, read_rows
from adapters.tables import FEATURES_TABLE, SCORES, stage_table
from home.workplace import Workplace
from provenance.consent import Register, open_register
from provenance.origins import Input, Origins, open_origins
from provenance.snapshots import stale_days
from tenure.specs import Model


def outdated_days(workplace: Workplace, spec: Model, since: date) -> tuple[date, ...]:
    """Scored days from `since` on whose inputs have changed since they were scored.

    A score is out of date when its features have been made again otherwise, or are out of date themselves.
    """
    origins = score_origins(workplace, spec, workplace.lake.open(FEATURES_TABLE), open_register(workplace))
    rows = read_rows(origins.table, columns=["day"], distinct=True)
    delivered = [] if rows is None else [day for day in rows["day"].to_pylist() if day >= since]
    return tuple(sorted({*origins.made_otherwise(delivered), *stale_days(workplace, delivered)})) if delivered else ()


def score_origins(workplace: Workplace, spec: Model, features: OpenTable, register: Register | None) -> Origins:
    """Where the scores of each day came from: the features of that day, and consent. Which model made them, each row says.

    Days that were scored before the company declared consents stay as they were delivered.
    """
    lake = workplace.lake
    said = [Input(table, reads_ahead=True, may_be_new=True) for table in (register.tables.values() if register else ())]
    return open_origins(lake, lake.open(stage_table(spec, SCORES)), Input(features, reaches_back=False), *said)
