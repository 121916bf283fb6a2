"""Whether a day of scores is what the scoring service signed: one answer for every door (export, verify, trace, replay).

Every row is hashed with its salt, and the root of them held against the newest delivery of the day in the log; a day from before
deliveries came to the log is held against its lake's note, and that against its signature.
"""

from adapters.lake import changed_contents
from adapters.tables import CUSTOMER_KEY
from governance.records.delivery import SignedDay, earlier_roots
from governance.records.noted_delivery import check_names
from governance.rules.delivered import check_leaves
from provenance.delivered import Delivered
from tenure.errors import RefusedError, TraceError

NOBODY_SIGNED = (
    "Nobody signed this delivery: the trust root of then named no scoring service, or the signature was removed. It rests on the "
    "lake's own notes alone, which whoever writes to the lake could have rewritten."
)


def check_signed(delivered: Delivered) -> str:
    """Say who signed the day, once every row of it is held against what was signed.

    Raises
    ------
    TraceError: when the rows are not what was signed, or nobody signed.
    """
    where = f"The scores in {delivered.table.name} of {delivered.day}"
    try:
        signed = delivered.signed
        if signed is None:
            raise TraceError(f"{where}: {NOBODY_SIGNED}")
        if signed.root is None:
            _check_noted(delivered, signed, where)
        else:
            _check_rows(delivered, signed, signed.root, where)
    except RefusedError as error:
        raise TraceError(f"{where}: the signed delivery does NOT hold. {error}") from None
    kind = f"record {signed.record} of the log" if signed.root else "noted before deliveries came to the log"
    n_emptied = len(delivered.commit.emptied)
    n_rows = delivered.rows.num_rows
    more = f"{n_emptied} more were" if n_rows else "All of them were"
    gone = f" {more} erased since, as the log says; their hashes stay." if n_emptied else ""
    all_of = f"all {n_rows}" if n_rows else f"{n_emptied}"
    return f"{signed.signed_by} signed {all_of} scores of the day on {signed.at:%Y-%m-%d %H:%M} UTC ({kind}).{gone}"


def _check_rows(delivered: Delivered, signed: SignedDay, wanted: str, where: str) -> None:
    """Refuse rows whose root is not the one that was signed, and rows that are missing, or here, against what the log says."""
    emptied = delivered.commit.emptied
    root = delivered.tree.root(emptied)
    if root != wanted:
        raise TraceError(_other_rows(delivered, signed, root, where))
    check_names(signed, signed.signed_by, model_digest=delivered.model_digest, features_digest=delivered.features_digest)
    erased = delivered.shelf.erasures.emptied(wanted)
    check_leaves(signed, n_rows=delivered.rows.num_rows, emptied=emptied.keys(), erased=erased)


def _other_rows(delivered: Delivered, signed: SignedDay, root: str | None, where: str) -> str:
    """How rows that were not signed are told: put back, not entered yet, or changed."""
    project, model = delivered.workplace.project.name, delivered.spec.name
    earlier = earlier_roots(delivered.ledger, project, model, delivered.day).get(root or "")
    if earlier is not None:
        return (
            f"{where} are an EARLIER delivery, record {earlier.sequence} of {earlier.at:%Y-%m-%d %H:%M} UTC, put back in the "
            f"place of record {signed.record}. Restore the lake from a backup, or score the day again."
        )
    return (
        f"{where} are NOT what {signed.signed_by} signed in record {signed.record}: rows or salts were changed since, or a run "
        f"ended before it entered them in the log. Score the day again (tenure score --day {delivered.day}), or restore the lake."
    )


def _check_noted(delivered: Delivered, signed: SignedDay, where: str) -> None:
    """Refuse rows that are not what their commit notes, and notes that are not what was signed."""
    check_names(
        signed,
        signed.signed_by,
        content=delivered.commit.content,
        model_digest=delivered.model_digest,
        features_digest=delivered.features_digest,
        features_version=delivered.noted_features_version,
    )
    if changed_contents(delivered.table, [delivered.day], CUSTOMER_KEY, now=delivered.stands):
        raise TraceError(
            f"{where} are NOT what their commit wrote: rows were changed since. Restore the lake from a backup, or score the day "
            "again."
        )
