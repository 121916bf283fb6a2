"""Ending a source for ever: its batches are emptied as reviewers sign, and then its data keys are destroyed.

To the log it is an erasure of nobody in particular: each batch stands rewritten to nothing, so traces and verification go on to
hold and say so. Without the keys copies of the bytes that lie elsewhere are closed too. The lake is left as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.raw_objects import ENDED
from adapters.receipts import Receipt
from governance.records.erasure import NOTHING_LEFT, Rewritten
from home.encrypting import check_can_end, destroy_keys
from home.workplace import Workplace
from provenance.erasing import carry_out, end_what_was_begun, guard_of
from provenance.erasing_act import Act, Moved
from provenance.lineage import RAW


@dataclass(frozen=True, kw_only=True)
class EndedSource:
    """How many receipts name nothing now, how many data keys are gone, and the records of the log that say so."""

    n_batches: int
    n_keys: int
    records: tuple[int, ...]


def end_source(workplace: Workplace, source: str, *, reason: str, signers: Mapping[str, Ed25519PrivateKey]) -> EndedSource:
    """Empty every batch of a source, enter that in the log, and destroy the source's data keys.

    A process that is killed in between is ended by the same command.

    Raises
    ------
    EncryptionError: where the source has no key, or some of its files are not encrypted: they would stay readable.
    RefusedError: for signers who may not. ErasureError: where something else writes for long.
    """
    check_can_end(workplace.settings, workplace.project.name, source)
    guard, records = guard_of(workplace), tuple[int, ...]()
    with guard.erasing():
        end_what_was_begun(workplace, lambda _: None, signers)
        act = _act(workplace, source, reason)
        if act.receipts:
            act, records = carry_out(workplace, act, signers)
        n_keys = destroy_keys(workplace.settings, workplace.project.name, source, reason=reason, now=workplace.clock())
    return EndedSource(n_batches=len(act.receipts), n_keys=n_keys, records=records)


def _act(workplace: Workplace, source: str, reason: str) -> Act:
    """What is to be done: every receipt of the source is to name no bytes."""
    raw, name = workplace.raw, workplace.project.name
    own = [(path, one) for path, one in raw.all_receipts(name) if one.source == source and one.sha256 != NOTHING_LEFT]
    moved = tuple(
        Moved(
            path=path.relative_to(workplace.settings.raw).as_posix(),
            receipt=_emptied(workplace, one).as_json(),
            old=(one.sha256, one.format),
        )
        for path, one in own
    )
    table = f"{RAW}{source}"
    rewritten = {(one.key, one.sha256) for _, one in own if raw.is_whole(one)}
    return Act(
        n_people=0,
        ids=(),
        reason=reason,
        tables={},
        receipts=moved,
        rewritten=tuple(Rewritten(table=table, day=day, old=old, new=NOTHING_LEFT) for day, old in sorted(rewritten)),
        emptied=(),
        learnt_from=(),
        counts={},
    )


def _emptied(workplace: Workplace, receipt: Receipt) -> Receipt:
    """A receipt of nothing, which is kept beside until the log says so."""
    nothing = workplace.raw.objects.keep_beside(workplace.project.name, b"", receipt.format, ENDED)
    return replace(receipt, n_rows=0, n_bytes=0, sha256=nothing, received=receipt.received or receipt.sha256)
