"""Replay: a delivered day of scores made again from the versions that it names, and compared bit for bit with what was delivered.

Nothing is written. What stands behind a day is gathered in `provenance/delivered.py`; retraining is `rebuild.py`.
"""

import random
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import changed_contents, commits_by_day, read_rows
from adapters.tables import CUSTOMER_KEY
from home.workplace import Workplace
from provenance.delivered import Delivered, open_day
from provenance.last_digits import differ_by_last_digits
from provenance.recorded_steps import features_step, lineage_step, receipts_behind
from provenance.signed_scores import check_signed
from provenance.snapshots import snapshots_of
from tenure.errors import TenureError, TraceError
from tenure.project import Project
from tenure.rows import bits
from tenure.scoring import ScoringFacts, features_digest, not_made, open_scorer, score_day, scored_inputs
from tenure.specs import Model


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where two tables of equal shape first differ: a column, the row by the order of customers (from 1), and how many differ."""

    column: str
    row: int
    n_rows: int

    @property
    def in_words(self) -> str:
        """The difference as a sentence; it names neither customer nor value."""
        return f"{self.column} differs in {self.n_rows} rows, first in row {self.row} by customer_id"


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What came of a replay. `differences` are sentences, empty where all is equal to the bit and as it was signed.

    `signed_by` is the service that signed the delivery; None where nobody did, or the signature does not hold. `n_erased` scores
    were taken out since, as the log says: they are not made again, nor is what else was taken out with them. `are_features_kept`
    where features are defined otherwise by now: the scores were made again of those that were kept, as they were signed.
    `n_last_digits` rows are equal but for last digits, which another processor makes otherwise.
    """

    model: str
    day: date
    model_digest: str
    n_rows: int
    n_delivered: int
    versions: tuple[tuple[str, int], ...]
    are_features_kept: bool
    signed_by: str | None
    n_erased: int
    n_last_digits: int
    differences: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether what was made again is what was delivered, but for last digits."""
        return not self.differences


def replay(workplace: Workplace, spec: Model, day: date, *, sample: int | None = None, seed: int = 0) -> Replay:
    """Make a day's features and scores again, and compare them with the scores that were delivered.

    Parameters
    ----------
    sample: how many customers to score again, chosen by `seed`; all by default. The features are made for all in any case,
        since the digest that the scores name covers all.

    Raises
    ------
    TraceError: when the day has no scores, or does not note what it was made from.
    """
    delivered = open_day(workplace, spec, day)
    kept = delivered.rows
    scorer = open_scorer(delivered.package.files, delivered.package.model_digest)
    are_kept = is_defined_otherwise(workplace.project, delivered, scorer.facts)
    features = features_as_kept(delivered) if are_kept else features_again(workplace.project, delivered)
    features = delivered.scored_features(features)
    digest = features_digest(scored_inputs(scorer.facts, features, day))
    n_erased = len(delivered.commit.emptied)
    if n_erased or (sample is not None and sample < kept.num_rows):
        chosen = _chosen(kept, min(sample or kept.num_rows, kept.num_rows), seed)
        features, kept = (rows.filter(pc.is_in(rows["customer_id"], chosen)) for rows in (features, kept))
    again = score_day(scorer, features, day)
    # A part of the customers has a digest of its own; what was delivered names that of all, those erased since among them.
    digest = delivered.features_digest if n_erased or _lacks_features(delivered) else digest
    again = again.set_column(
        again.column_names.index("features_digest"), "features_digest", pa.array([digest] * again.num_rows, pa.string())
    )
    difference, n_last_digits = compared(again, kept)
    return Replay(
        model=spec.name,
        day=day,
        model_digest=scorer.model_digest,
        n_rows=kept.num_rows,
        n_delivered=delivered.rows.num_rows,
        versions=tuple((name, table.version) for name, table in delivered.inputs.items()),
        are_features_kept=are_kept,
        signed_by=delivered.signed_by,
        n_erased=n_erased,
        n_last_digits=n_last_digits,
        differences=(*_other_differences(delivered, digest), *([difference] if difference else [])),
    )


def _lacks_features(delivered: Delivered) -> bool:
    """Whether features of the day were erased since, of customers whom the model did not score among them."""
    commit = commits_by_day(delivered.features).get(delivered.day)
    return commit is not None and bool(commit.emptied)


def is_defined_otherwise(project: Project, delivered: Delivered, facts: ScoringFacts) -> bool:
    """Whether today's declarations make other features than those that the day's model read, or of other tables."""
    made = [feature.name for feature in project.told]
    return bool(not_made(facts, made)) or not delivered.inputs.keys() >= set(project.plan.inputs)


def features_again(project: Project, delivered: Delivered) -> pa.Table:
    """Make the day's features again from the versions that the features named when they were written."""
    return snapshots_of(project, {name: delivered.inputs[name] for name in project.plan.inputs}, [delivered.day])[0]


def features_as_kept(delivered: Delivered) -> pa.Table:
    """The day's features as they are in the lake, once they are what was signed.

    Raises
    ------
    TraceError: when they are not.
    """
    found = features_step(delivered)
    rows = read_rows(delivered.features, days=[delivered.day])
    if not found.verified or rows is None:
        raise TraceError(
            f"The scores of {delivered.spec.name} for {delivered.day} cannot be made again: their features are defined otherwise "
            f"by now, and those that were kept do not hold. {found.words}"
        )
    return rows


def compared(again: pa.Table, delivered: pa.Table) -> tuple[str | None, int]:
    """The first difference between two tables of scores in words, if any; and in how many rows last digits alone differ."""
    if set(again.column_names) != set(delivered.column_names):
        return f"the columns differ: {sorted(set(again.column_names) ^ set(delivered.column_names))}", 0
    if again["customer_id"].to_pylist() != delivered["customer_id"].to_pylist():
        return f"the customers differ: {again.num_rows} made again, {delivered.num_rows} delivered", 0
    nearly: set[int] = set()
    for name in again.column_names:
        unlike = np.flatnonzero(np.array(bits(again[name]).to_pylist()) != np.array(bits(delivered[name]).to_pylist())).tolist()
        close = {row for row in unlike if differ_by_last_digits(again[name][row].as_py(), delivered[name][row].as_py())}
        differ = [row for row in unlike if row not in close]
        if differ:
            return Difference(column=name, row=differ[0] + 1, n_rows=len(differ)).in_words, len(nearly)
        nearly |= close
    return None, len(nearly)


def _chosen(rows: pa.Table, sample: int, seed: int) -> pa.Array:
    """The customers that are scored again."""
    customers = rows["customer_id"].to_pylist()
    return pa.array(random.Random(seed).sample(customers, sample), pa.string())  # noqa: S311 - a sample, not a secret


def _other_differences(delivered: Delivered, digest: str) -> list[str]:
    """What differs beside the scores themselves."""
    found = [*_other_delivery(delivered)]
    if digest != delivered.features_digest:
        found.append(
            f"the inputs made again have the digest {digest[:12]}, the scores name {delivered.features_digest[:12]}"
            + ("" if _is_defined_alike(delivered) else "; features are defined otherwise today")
        )
    if changed_contents(delivered.table, [delivered.day], CUSTOMER_KEY, now=delivered.stands):
        found.append("the scores in the lake are not those that their commit wrote")
    return found


def _other_delivery(delivered: Delivered) -> list[str]:
    """What does not hold of what was signed: the scores, the lineage behind them, or the receipts of its batches."""
    try:
        signed = delivered.signed
    except TenureError as error:
        return [f"the signed delivery does not hold: {error}"]
    if signed is None:
        return []
    found = []
    for look in (lambda: check_signed(delivered), lambda: _check_lineage(delivered)):
        try:
            look()
        except TenureError as error:
            found.append(str(error))
    return found


def _check_lineage(delivered: Delivered) -> None:
    """Refuse a lineage that is not what was signed, and batches whose receipts are gone."""
    step = lineage_step(delivered)
    if not step.verified:
        raise TraceError(step.words)
    for table in delivered.validated.values():
        receipts_behind(delivered, table)


def _is_defined_alike(delivered: Delivered) -> bool:
    """Whether today's definition of features is the one by which the day was made."""
    return bool(delivered.made.definition == delivered.workplace.project.plan.digest)
