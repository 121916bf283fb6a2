"""The first step of the walk: one score, held against what the scoring service signed and against the model that serves.

The rows are held against the lake's note, the note against the signature, and the one score against the promoted package, which
makes it again. Making a whole day again is `provenance/replay.py`.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from adapters.lake import read_rows
from adapters.tables import RUN_ID
from provenance.delivered import Delivered
from provenance.last_digits import differ_by_last_digits
from provenance.lineage import noted
from provenance.signed_scores import check_signed
from provenance.step import Found
from tenure.errors import TenureError, TraceError
from tenure.scoring import open_scorer, score_day


def score_step(delivered: Delivered, customer: str) -> Found:
    """The row as it was delivered: signed, unchanged, and what the promoted model makes of this customer."""
    row, commit = delivered.row(customer), delivered.commit
    is_signed, signed = signature(delivered)
    is_same, again = _made_again(delivered, row)
    run = noted(commit, RUN_ID, delivered.table.name) or "none"
    return Found(
        at=delivered.at,
        digest=commit.root or commit.content,
        verified=is_signed and is_same,
        words=f"{row['score']:.4f}, band {row['band']}, by model {row['model_digest'][:12]} on features "
        f"{row['features_digest'][:12]} (version {commit.version}, run {run}). {signed} {again}",
        link=f"tenure replay --model {delivered.spec.name} --day {delivered.day}",
    )


def signature(delivered: Delivered) -> tuple[bool, str]:
    """Whether the day is what the scoring service signed, and the sentence that says so or why not."""
    try:
        return True, check_signed(delivered)
    except TenureError as error:
        return False, str(error)


def _made_again(delivered: Delivered, row: Mapping[str, Any]) -> tuple[bool, str]:
    """Score the one customer again from the day's features, with the bytes of the promoted package, and compare every column."""
    try:
        again = _score_of(delivered, row["customer_id"])
    except TenureError as error:
        return False, f"It could not be made again: {error}"
    # The digest of the inputs is that of all customers; the features have a step of their own.
    told, said = ({n: v for n, v in one.items() if n != "features_digest" and v is not None} for one in (again, row))
    unlike = sorted(name for name in {*told, *said} if not _is_same(told.get(name), said.get(name)))
    other = [name for name in unlike if not differ_by_last_digits(told.get(name), said.get(name))]
    if other:
        return False, f"The promoted model says OTHERWISE of this customer's features: {', '.join(other)}."
    how = "but for last digits, as another processor makes them" if unlike else "to the bit"
    return True, f"The promoted model, given this customer's features again, says the same {how}."


def _score_of(delivered: Delivered, customer: str) -> Mapping[str, Any]:
    """What the promoted package says of one customer."""
    rows = read_rows(delivered.features, days=[delivered.day])
    own = None if rows is None else rows.filter(pc.equal(rows["customer_id"], customer))
    scorer = open_scorer(delivered.package.files, delivered.package.model_digest)
    scores = [] if own is None else score_day(scorer, delivered.scored_features(own), delivered.day).to_pylist()
    if len(scores) != 1:
        raise TraceError(
            f"Expected the features of {delivered.day} to hold this customer once, in the model's population; found "
            f"{len(scores)}. Restore the lake from a backup."
        )
    return dict(scores[0])


def _is_same(one: object, other: object) -> bool:
    """Whether two values have the same bits: 0.0 is not -0.0, and NaN is itself."""
    return repr(one) == repr(other)
