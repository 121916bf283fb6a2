"""The test rows as they were measured: what was foretold of each customer as of each day, what happened, and to which group they
belong. Evaluation and audit are functions of these rows alone, so whoever holds them can measure again.

They are rows of people: they stay in the closed home and enter no card, catalogue or export.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tenure.challenger import LOGISTIC, Challenger
from tenure.errors import EstimationError
from tenure.evaluation.survival_metrics import COX, KAPLAN_MEIER
from tenure.outcomes import Kind
from tenure.specs import Model
from tenure.training_set import Rows

MODEL, CHAMPION = "model", "champion"
_PREDICTED, _GROUP = "predicted ", "group "


@dataclass(frozen=True, kw_only=True)
class MeasuredRows:
    """Test rows by day and customer; all columns are (n_rows,).

    `predicted` holds, by whom ("model", a baseline's title, "champion"), probabilities (n_rows,) or, for a survival model,
    curves (n_rows, last_day); `selected` says who is in the top band; `groups` holds each protected attribute, "unknown" where
    it is not known.
    """

    day: np.ndarray
    customer_id: pa.Array
    event: np.ndarray
    duration: np.ndarray
    selected: np.ndarray
    predicted: Mapping[str, np.ndarray]
    groups: Mapping[str, np.ndarray]

    @property
    def customer(self) -> np.ndarray:
        """A number for each customer, in the order in which the rows name them; draws depend on it."""
        codes: np.ndarray = self.customer_id.dictionary_encode().indices.to_numpy()
        return codes

    def table(self) -> pa.Table:
        """The rows as a table, every figure to the bit."""
        columns = {
            "day": pa.array(self.day.astype("datetime64[D]")),
            "customer_id": self.customer_id,
            "event": pa.array(self.event.astype(bool)),
            "duration": pa.array(self.duration.astype(np.int64)),
            "selected": pa.array(self.selected.astype(bool)),
            **{_PREDICTED + by: _column(values) for by, values in self.predicted.items()},
            **{_GROUP + name: pa.array(groups.tolist(), pa.string()) for name, groups in self.groups.items()},
        }
        return pa.table(columns)


def rows_of(table: pa.Table) -> MeasuredRows:
    """The rows that a table holds, as `MeasuredRows.table` made it.

    Raises
    ------
    EstimationError: when it has other columns.
    """
    try:
        return MeasuredRows(
            day=table["day"].to_numpy(),
            customer_id=table["customer_id"].combine_chunks(),
            event=table["event"].to_numpy(),
            duration=table["duration"].to_numpy(),
            selected=table["selected"].to_numpy(),
            predicted={name.removeprefix(_PREDICTED): _values(table[name]) for name in _named(table, _PREDICTED)},
            groups={name.removeprefix(_GROUP): np.array(table[name].to_pylist(), dtype=object) for name in _named(table, _GROUP)},
        )
    except (KeyError, ValueError, pa.ArrowInvalid) as error:
        raise EstimationError(f"Expected test rows as they were measured, found another table ({error}). Train again.") from None


def measured_rows(
    challenger: Challenger,
    test: Rows,
    spec: Model,
    *,
    champion: np.ndarray | None,
    groups: Mapping[str, Mapping[str, str]],
) -> MeasuredRows:
    """What a challenger and its baselines foretell of the test rows, beside what happened.

    Parameters
    ----------
    champion: what the present champion foretells of the same rows; None where there is none.
    groups: by attribute, the group of each customer that is known.
    """
    customers = test.customer_id.combine_chunks()
    names = customers.to_pylist()
    predicted = predictions(challenger, test.X, spec)
    return MeasuredRows(
        day=test.day,
        customer_id=customers,
        event=test.event,
        duration=test.duration,
        selected=challenger.score(test.X) >= challenger.facts.high_from,
        predicted=predicted if champion is None else {**predicted, CHAMPION: champion},
        groups={name: np.array([known.get(one, "unknown") for one in names], dtype=object) for name, known in groups.items()},
    )


def predictions(challenger: Challenger, X: np.ndarray, spec: Model) -> dict[str, np.ndarray]:
    """What the challenger and each baseline foretell of rows X: probabilities, or curves to the longest horizon."""
    if spec.kind is Kind.PROPENSITY:
        if challenger.logistic is None:
            raise EstimationError(f"Challenger of {spec.name!r} has no logistic baseline; fit it again.")
        return {MODEL: challenger.score(X), LOGISTIC: challenger.logistic.predict(X)}
    if challenger.cox is None or challenger.kaplan_meier is None:
        raise EstimationError(f"Challenger of {spec.name!r} lacks its Cox or Kaplan-Meier baseline; fit it again.")
    days = range(1, max(spec.horizons_days) + 1)
    curves = challenger.model.survival(X, days)  # type: ignore[union-attr]
    return {MODEL: curves, KAPLAN_MEIER: challenger.kaplan_meier.survival(X, days), COX: challenger.cox.survival(X, days)}


def _column(values: np.ndarray) -> pa.Array:
    """Probabilities as numbers, curves as lists of them."""
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float64).ravel())
    if values.ndim == 1:
        return flat
    n, last_day = values.shape
    return pa.ListArray.from_arrays(pa.array(np.arange(n + 1) * last_day, pa.int32()), flat)


def _values(column: pa.ChunkedArray) -> np.ndarray:
    """What `_column` wrote."""
    is_curve = pa.types.is_list(column.type)
    values: np.ndarray = column.combine_chunks().flatten().to_numpy() if is_curve else column.to_numpy()
    return values.reshape(len(column), -1) if is_curve else values


def _named(table: pa.Table, beginning: str) -> list[str]:
    """Columns that begin so."""
    return [name for name in table.column_names if name.startswith(beginning)]
