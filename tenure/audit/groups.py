"""Who is compared: every protected attribute and every pair of them, and each group's figures on every draw.

A figure is kept with its draws, because what is compared is the difference of two groups on the same draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tenure.audit.lines import KNOWN, UNKNOWN
from tenure.errors import EstimationError
from tenure.estimators.calibration import inverse_logit
from tenure.evaluation.bootstrap import BLOCK_CELLS, NO_VALUE, customer_counts
from tenure.evaluation.metrics import calibration_line, log_odds, why_no_line
from tenure.evaluation.records import NotDefined


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """An attribute, or a pair of them, and each row's group; `UNKNOWN` where it, or one of the two, is not known."""

    attribute: str
    title: str
    group: np.ndarray  # (n_rows,) of str
    is_pair: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The test rows as the audit sees them; all columns are (n_rows,).

    `customer` holds codes from 0 on; `selected` says who is in the top band.
    """

    score: np.ndarray
    event: np.ndarray
    selected: np.ndarray
    customer: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A group's figure and its value on every draw, (n_draws,).

    Where a group has none or all, resampling it sees no spread at all. So a share may not claim a standard error below
    `spread`, that of independent rows with half a case added to each side; and on a log scale nothing counts as `least`,
    half a case. `why_not` says why there is no value, should it be NaN.
    """

    value: float
    draws: np.ndarray
    spread: float = 0.0
    least: float = 0.0
    why_not: NotDefined = NO_VALUE

    @property
    def plain(self) -> float | NotDefined:
        """The figure, or why there is none."""
        return self.value if np.isfinite(self.value) else self.why_not


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group of a grouping."""

    name: str
    n_rows: int
    n_customers: int
    n_customers_with_event: int
    figures: Mapping[str, Figure]


def groupings(groups: Mapping[str, np.ndarray], titles: Mapping[str, str]) -> tuple[Grouping, ...]:
    """Every attribute as it is, then every pair of attributes, in the order given.

    Raises
    ------
    EstimationError: when an attribute has no title.
    """
    missing = sorted(set(groups) - set(titles))
    if missing:
        raise EstimationError(f"Expected a title for every audited attribute, found none for {missing}.")
    single = [Grouping(attribute=name, title=titles[name], group=group.astype(object)) for name, group in groups.items()]
    return (*single, *(_pair(a, b) for a, b in combinations(single, 2)))


def group_figures(rows: Rows, grouping: Grouping, *, seed: int, n_draws: int) -> tuple[Group, ...]:
    """Each group's figures on the rows and on every draw of customers; unknown last.

    Draws depend on the seed alone, so the same customers are drawn for every attribute.
    """
    names = sorted(set(grouping.group) - {UNKNOWN}) + [UNKNOWN] * bool((grouping.group == UNKNOWN).any())
    sums = [_sums(rows, np.flatnonzero(grouping.group == name)) for name in names]
    n_customers = int(rows.customer.max()) + 1
    size = max(1, BLOCK_CELLS // n_customers)
    rng = np.random.default_rng(seed)
    drawn: list[list[np.ndarray]] = [[] for _ in names]
    for start in range(0, n_draws, size):
        counts = customer_counts(rng, n_customers, min(size, n_draws - start))
        for parts, one in zip(drawn, sums, strict=True):
            parts.append(counts[:, one.customers] @ one.by_customer)
    return tuple(_group(name, one, np.concatenate(parts)) for name, one, parts in zip(names, sums, drawn, strict=True))


def known_members(rows: Rows, grouping: Grouping, *, seed: int, n_draws: int) -> Group:
    """All members of known value as one group, on the same draws; the unknown ones where no value is known at all."""
    together = np.where(grouping.group == UNKNOWN, UNKNOWN, KNOWN).astype(object)
    whole = Grouping(attribute=grouping.attribute, title=grouping.title, group=together)
    return group_figures(rows, whole, seed=seed, n_draws=n_draws)[0]


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """What a group's figures are made of, summed by customer: (n_customers, 10)."""

    customers: np.ndarray
    by_customer: np.ndarray
    n_rows: int
    n_customers_with_event: int
    slope: float
    why_no_slope: NotDefined


def _pair(a: Grouping, b: Grouping) -> Grouping:
    """Two attributes together."""
    known = (a.group != UNKNOWN) & (b.group != UNKNOWN)
    both = np.full(len(known), UNKNOWN, dtype=object)
    both[known] = [f"{x} x {y}" for x, y in zip(a.group[known], b.group[known], strict=True)]
    return Grouping(attribute=f"{a.attribute} x {b.attribute}", title=f"{a.title} x {b.title}", group=both, is_pair=True)


def _sums(rows: Rows, members: np.ndarray) -> _Sums:
    """Sum a group's rows by customer."""
    y, p, selected = rows.event[members].astype(float), rows.score[members], rows.selected[members].astype(float)
    x = log_odds(p)
    intercept, slope = calibration_line(y, x)
    fitted = inverse_logit(intercept + slope * x)
    rest, curve = y - fitted, fitted * (1 - fitted)
    columns = np.column_stack([np.ones_like(y), selected, y, selected * y, p, rest, rest * x, curve, curve * x, curve * x * x])
    customers, index = np.unique(rows.customer[members], return_inverse=True)
    by_customer = np.zeros((len(customers), columns.shape[1]))
    np.add.at(by_customer, index, columns)
    return _Sums(
        customers=customers,
        by_customer=by_customer,
        n_rows=len(members),
        n_customers_with_event=int((by_customer[:, 2] > 0).sum()),
        slope=float(slope),
        why_no_slope=why_no_line(y, p),
    )


def _group(name: str, sums: _Sums, drawn: np.ndarray) -> Group:
    """A group's figures from its sums: on the rows, and on every draw (n_draws, 10)."""
    total = sums.by_customer.sum(axis=0)
    n, selected, events, both = total[:4]
    return Group(
        name=name,
        n_rows=sums.n_rows,
        n_customers=len(sums.customers),
        n_customers_with_event=sums.n_customers_with_event,
        figures={
            "selection_rate": _share(selected, n, drawn[:, 1], drawn[:, 0]),
            "true_positive_rate": _share(both, events, drawn[:, 3], drawn[:, 2]),
            "event_rate": _share(events, n, drawn[:, 2], drawn[:, 0]),
            "mean_score": Figure(value=_over(total[4], n), draws=_over_draws(drawn[:, 4], drawn[:, 0])),
            "calibration_in_the_large": Figure(
                value=_over(total[4] - events, n), draws=_over_draws(drawn[:, 4] - drawn[:, 2], drawn[:, 0])
            ),
            "calibration_slope": Figure(
                value=sums.slope, draws=sums.slope + _newton_step(drawn[:, 5:]), why_not=sums.why_no_slope
            ),
        },
    )


def _share(count: float, n: float, count_draws: np.ndarray, n_draws: np.ndarray) -> Figure:
    """A share among so many rows."""
    half_added = (count + 0.5) / (n + 1)
    return Figure(
        value=_over(count, n),
        draws=_over_draws(count_draws, n_draws),
        spread=float(np.sqrt(half_added * (1 - half_added) / (n + 1))),
        least=float(0.5 / (n + 1)),
    )


def _newton_step(parts: np.ndarray) -> np.ndarray:
    """One step of Newton's method for the slope from the group's own estimate, on the draw's gradient and curvature.

    A draw's estimate is a few standard errors away, so one step finds it to the order of 1/n, and a thousand draws
    cost one matrix product.
    """
    g0, g1, h0, h1, h2 = parts.T
    determinant = h0 * h2 - h1 * h1
    undefined = np.full(len(parts), np.nan)
    return np.asarray(np.divide(h0 * g1 - h1 * g0, determinant, out=undefined, where=determinant > 0))


def _over(above: float, below: float) -> float:
    """Above over below; NaN over nothing."""
    return float(above / below) if below > 0 else float("nan")


def _over_draws(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """One sum over another on every draw, (n_draws,); NaN over nothing."""
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
