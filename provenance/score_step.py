"""The first step of the walk: one score, held against what the scoring service signed and against the model that serves.

The rows are held against the lake's note, the note against the signature, and the one score against the promoted package, which
makes it again. Making a whole day again is `provenance/replay.py`.
"""

import struct
from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from adapters.lake import changed_contents, read_rows
from adapters.tables import RUN_ID
from provenance.delivered import SCORE_KEY, Delivered
from provenance.received import noted
from provenance.step import Step
from tenure.errors import TenureError, TraceError
from tenure.scoring import open_scorer, score_day

NOBODY_SIGNED = (
    "Nobody signed this delivery: the trust root of then named no scoring service, or the signature was removed. It rests on the "
    "lake's own notes alone, which whoever writes to the lake could have rewritten."
)


def score_step(delivered: Delivered, customer: str) -> Step:
    """The row as it was delivered: signed, unchanged, and what the promoted model makes of this customer."""
    row, commit = delivered.row(customer), delivered.commit
    is_as_written = not changed_contents(delivered.table, [delivered.day], SCORE_KEY)
    written = "are as their commit wrote them" if is_as_written else "are NOT what their commit wrote: rows were changed since"
    is_signed, signed = signature(delivered)
    is_same, again = _made_again(delivered, row)
    run = noted(commit, RUN_ID, delivered.table.name) or "none"
    return Step(
        title="Score",
        at=delivered.at,
        digest=commit.content,
        verified=is_as_written and is_signed and is_same,
        words=f"{row['score']:.4f}, band {row['band']}, by model {row['model_digest'][:12]} on features "
        f"{row['features_digest'][:12]}. {signed} All {delivered.rows.num_rows} scores of the day {written} "
        f"(version {commit.version}, run {run}). {again}",
        link=f"tenure replay --model {delivered.spec.name} --day {delivered.day}",
    )


def signature(delivered: Delivered) -> tuple[bool, str]:
    """Whether the scoring service signed the delivery as the lake notes it, and the sentence that says so or why not."""
    try:
        signed = delivered.delivery
        if signed is not None:
            delivered.check_signed(signed)
    except TenureError as error:
        return False, f"The signed delivery does NOT hold: {error}"
    if signed is None:
        return False, NOBODY_SIGNED
    when = signed.delivery.delivered_at
    return True, f"{signed.signed_by} signed their digest on {when:%Y-%m-%d %H:%M} UTC, by a key that the trust root named then."


def check_signed_day(delivered: Delivered) -> None:
    """Refuse a day of scores that is not, row for row, what the scoring service signed.

    Raises
    ------
    TraceError: saying what of rows, note and signature does not hold.
    """
    name, day = delivered.table.name, delivered.day
    if changed_contents(delivered.table, [day], SCORE_KEY):
        raise TraceError(
            f"The scores in {name} of {day} are not those that their commit wrote: rows were changed since. Restore the lake "
            f"from a backup, or score the day again: tenure score --day {day}."
        )
    is_signed, said = signature(delivered)
    if not is_signed:
        raise TraceError(f"The scores in {name} of {day} are not handed out. {said}")


def _made_again(delivered: Delivered, row: Mapping[str, Any]) -> tuple[bool, str]:
    """Score the one customer again from the day's features, with the bytes of the promoted package, and compare every column."""
    try:
        again = _score_of(delivered, row["customer_id"])
    except TenureError as error:
        return False, f"It could not be made again: {error}"
    other = sorted(
        name
        for name in {*row, *again}
        # The digest of the inputs is that of all customers; the features have a step of their own.
        if name != "features_digest" and _bits(row.get(name)) != _bits(again.get(name))
    )
    if other:
        return False, f"The promoted model says OTHERWISE of this customer's features: {', '.join(other)}."
    return True, "The promoted model, given this customer's features again, says the same to the bit."


def _score_of(delivered: Delivered, customer: str) -> Mapping[str, Any]:
    """What the promoted package says of one customer."""
    rows = read_rows(delivered.features, days=[delivered.day])
    own = None if rows is None else rows.filter(pc.equal(rows["customer_id"], customer))
    scorer = open_scorer(delivered.package.files, delivered.package.model_digest)
    scores = [] if own is None else score_day(scorer, own, delivered.day).to_pylist()
    if len(scores) != 1:
        raise TraceError(
            f"Expected the features of {delivered.day} to hold this customer once, in the model's population; found "
            f"{len(scores)}. Restore the lake from a backup."
        )
    return dict(scores[0])


def _bits(value: object) -> object:
    """A value that is equal exactly where its bits are: 0.0 is not -0.0, and NaN is itself."""
    return struct.pack("<d", value) if isinstance(value, float) else value
