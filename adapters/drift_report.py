"""A drift report for people: Evidently's page over a sample of rows. It decides nothing; `tenure/drift.py` does.

The page holds figures and histograms of columns; columns that name a customer are refused.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenure.drift import ALARM_RULE, SCORE, AlarmRule
from tenure.errors import DriftError

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 5000


def report(
    *,
    names: Sequence[str],
    current: ArrayLike,
    current_score: ArrayLike,
    reference: ArrayLike,
    reference_score: ArrayLike,
    seed: int,
    rule: AlarmRule = ALARM_RULE,
) -> bytes:
    """Draw the page that compares current rows with reference rows, as self-contained HTML.

    Parameters
    ----------
    names: (n_features,), the model's inputs; no name may end in `_id`.
    current, reference: (n_rows, n_features), NaN where missing; of each at most 5,000 rows are used, drawn by `seed`.
    current_score, reference_score: (n_rows,).
    rule: its limit is the PSI above which a column counts as drifted.

    Raises
    ------
    DriftError: when a column names customers, or there are no rows on one side.
    """
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    identifying = [name for name in names if name.endswith("_id") or name == "id"]
    if identifying:
        raise DriftError(
            f"A drift report holds inputs and scores alone, found {identifying}. Leave out columns that name customers."
        )
    now, before = (_sample(names, *side, seed) for side in ((current, current_score), (reference, reference_score)))
    columns = [c for c in now.columns if now[c].notna().any() and before[c].notna().any()]
    definition = DataDefinition(numerical_columns=columns)
    current_set, reference_set = (Dataset.from_pandas(side[columns], data_definition=definition) for side in (now, before))
    # Evidently takes the current rows first; the other way round, its page reads backwards.
    page = Report([DataDriftPreset(columns=columns, num_method="psi", num_threshold=rule.limit)]).run(current_set, reference_set)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drift.html"
        page.save_html(str(path))
        return path.read_bytes()


def _sample(names: Sequence[str], rows: ArrayLike, score: ArrayLike, seed: int) -> "pd.DataFrame":
    """Draw at most MOST_ROWS rows without replacement, in their own order."""
    import pandas as pd

    table: NDArray[np.float64] = np.column_stack([np.asarray(rows, dtype=float), np.asarray(score, dtype=float)])
    if len(table) == 0:
        raise DriftError("Expected rows on both sides of a drift report, found none on one. Report a day that was scored.")
    if len(table) > MOST_ROWS:
        chosen = np.random.default_rng(seed).choice(len(table), size=MOST_ROWS, replace=False)
        table = table[np.sort(chosen)]
    return pd.DataFrame(table, columns=[*names, SCORE])
