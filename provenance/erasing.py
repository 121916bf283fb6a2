"""Erasing people: everything made ready beside what is there, signed, entered in the log, and only then put in its place.

What is to be done is written down before the log is told. A process that is killed before it leaves everything as it was; one
that is killed after it has left in the log what is meant to stand, and is finished by the same command. What is written down
meanwhile is `erasing_act.py`'s.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.erasing_guard import ErasingGuard
from adapters.lake_rewriting import beside, drop_beside, put, tables_below
from adapters.receipts import Receipt
from governance.records.log import Kind
from home.pseudonyms import erased_in_lake
from home.workplace import Workplace
from provenance.erased_files import put_files
from provenance.erased_pseudonyms import forget
from provenance.erasing_act import Act, act_as_records
from provenance.erasing_prepared import Tell, prepare
from provenance.holdings import Holdings, holdings
from tenure.canonical import sha256
from tenure.errors import ErasureError

BACK_AGAIN = "erased before, and brought back by an older backup"


@dataclass(frozen=True, kw_only=True)
class Done:
    """What an act did, and its records in the log by their places."""

    held: Holdings
    act: Act
    records: tuple[int, ...]


def guard_of(workplace: Workplace) -> ErasingGuard:
    """What keeps erasures and writers of a company apart."""
    return workplace.lake.guard


def drop(workplace: Workplace) -> None:
    """Let go of what was made ready and never entered in the log."""
    guard = guard_of(workplace)
    for folder in tables_below(guard.folder).values():
        drop_beside(folder)
    workplace.raw.objects.drop_beside(workplace.project.name)
    guard.drop()


def finish(workplace: Workplace, act: Act, tell: Tell = lambda _: None) -> None:
    """Put everything in its place; what was done already is done again without harm."""
    guard = guard_of(workplace)
    for name, rewriting in act.tables.items():
        tell(f"Table {name} …")
        put(guard.folder / name, rewriting)
    with workplace.raw.naming():
        workplace.raw.objects.put_beside(workplace.project.name)
        for one in act.receipts:
            workplace.raw.rewrite(workplace.settings.raw / one.path, Receipt.from_json(one.receipt))
    workplace.raw.let_go({one.old for one in act.receipts})
    if act.ids:
        put_files(workplace, frozenset(act.ids), act.ids_received)
        workplace.tombstones.add(act.ids_received)
        erased_in_lake(workplace).add(act.ids)
    forget(workplace, {*act.ids, *act.pseudonyms})


def erase(
    workplace: Workplace,
    ids: Collection[str],
    *,
    n_people: int,
    reason: str,
    signers: Mapping[str, Ed25519PrivateKey],
    tell: Tell = lambda _: None,
) -> Done:
    """Take people out of everything that a company's home keeps, as reviewers sign, and enter it in the log.

    Parameters
    ----------
    ids: all ids of these people (`holdings.all_ids`).
    signers: the reviewers who answer for it, by staff id, each with their key; as many as a promotion takes.

    Raises
    ------
    ErasureError: where nothing is held of them, or something else writes for long. RefusedError: for signers who may not.
    """
    guard = guard_of(workplace)
    with guard.erasing():
        end_what_was_begun(workplace, tell, signers)
        held = holdings(workplace, ids)
        if held.is_empty:
            raise ErasureError("Nothing is held of them: no table, batch, test row or training row holds one of the ids.")
        act = prepare(workplace, held, n_people=n_people, reason=reason, tell=tell)
        act, records = carry_out(workplace, act, signers, tell)
    return Done(held=held, act=act, records=records)


def carry_out(
    workplace: Workplace,
    act: Act,
    signers: Mapping[str, Ed25519PrivateKey],
    tell: Tell = lambda _: None,
) -> tuple[Act, tuple[int, ...]]:
    """Sign what was made ready, enter it in the log, and put it in its place; returns it as signed, and its records' places.

    The guard's lock is the caller's to hold.
    """
    guard = guard_of(workplace)
    envelopes = workplace.promotions.sign_erasures(act_as_records(act, workplace, signers), list(signers.values()))
    act = replace(act, envelopes=tuple(sha256(one) for one in envelopes))
    guard.begin(act.as_json())
    records = workplace.promotions.enter_erasures(envelopes)
    tell("The log names what goes; putting it in its place …")
    finish(workplace, act, tell)
    end(workplace, act)
    return act, records


def end(workplace: Workplace, act: Act) -> None:
    """Note that an act is done; what others began before it is not written where it took people, or pseudonyms just given."""
    guard_of(workplace).end(is_telling=act.n_people > 0 or bool(act.pseudonyms))


def finish_unfinished(
    workplace: Workplace, tell: Tell = lambda _: None, signers: Mapping[str, Ed25519PrivateKey] | None = None
) -> bool:
    """Finish an act that was begun and entered in the log; returns whether there was one."""
    with guard_of(workplace).erasing():
        return end_what_was_begun(workplace, tell, signers)


def end_what_was_begun(workplace: Workplace, tell: Tell, signers: Mapping[str, Ed25519PrivateKey] | None) -> bool:
    """Finish an act that the log names, and let go of anything else that was begun; returns whether one was finished.

    Raises
    ------
    ErasureError: where what was taken out after a backup was restored waits for signatures, and nobody signs.
    """
    guard = guard_of(workplace)
    if not guard.is_unfinished:
        drop(workplace)
        return False
    act = Act.from_json(guard.act.read_text(encoding="utf-8"))
    if act.is_put_first:
        return _sign_what_was_put(workplace, act, signers or {}, tell)
    ledger = workplace.promotions.ledger()
    entered = {record.envelope_digest for record in ledger.of_kind(Kind.ERASED, Kind.RETENTION, before=ledger.size)}
    if not act.envelopes or not set(act.envelopes) <= entered:
        drop(workplace)
        return False
    tell("What was begun is ended …")
    if not _is_beside(workplace, act):
        _take_out(workplace, act.ids, tell, received=act.ids_received)
        return True
    finish(workplace, act, tell)
    end(workplace, act)
    return True


def _is_beside(workplace: Workplace, act: Act) -> bool:
    """Whether all that was written anew is there, beside or in its place: an older backup holds none of it."""
    folder, objects = guard_of(workplace).folder, workplace.raw.objects
    files = [(folder / name / file, n_rows) for name, what in act.tables.items() for file, n_rows in what.files.items()]
    receipts = [Receipt.from_json(one.receipt) for one in act.receipts]
    return all(beside(file).exists() or pq.read_metadata(file).num_rows == n_rows for file, n_rows in files) and all(
        objects.is_kept(workplace.project.name, one.sha256, one.format) for one in receipts
    )


def erase_again(workplace: Workplace, ids: Collection[str], tell: Tell = lambda _: None) -> None:
    """Take out at once who was erased before and was brought back by an older backup; what it changed waits for signatures.

    What had been begun when the backup was made is ended first.

    Raises
    ------
    ErasureError: where what was taken out before waits for signatures still.
    """
    with guard_of(workplace).erasing():
        end_what_was_begun(workplace, tell, None)
        # What was told of them the map let go of when they were erased: what it knows of it by now is of others.
        _take_out(workplace, ids, tell, are_known=False)


def _take_out(
    workplace: Workplace, ids: Collection[str], tell: Tell, *, received: Collection[str] = (), are_known: bool = True
) -> None:
    """Put ids out of everything before anybody signs for it, for they were erased already.

    Parameters
    ----------
    received: as of `holdings`.
    are_known: whether the map of pseudonyms may still know what was told of them.
    """
    guard = guard_of(workplace)
    drop(workplace)
    if not ids:
        return
    act = prepare(workplace, holdings(workplace, ids, received=received), n_people=0, reason=BACK_AGAIN, tell=tell)
    act = replace(act, is_put_first=True, pseudonyms=act.pseudonyms if are_known else ())
    guard.begin(act.as_json())
    finish(workplace, act, tell)
    _end_if_named(workplace, act)


def _end_if_named(workplace: Workplace, act: Act) -> bool:
    """End an act of which the log says everything already; of others keep what is to be signed, and nobody's id."""
    known = workplace.promotions.erasures()
    is_named = all(known.stands_for(one) for one in act.rewritten) and all(known.covers(one) for one in act.emptied)
    if is_named:
        guard_of(workplace).end()
    else:
        guard_of(workplace).begin(replace(act, ids=(), received=(), pseudonyms=(), receipts=(), tables={}).as_json())
    return is_named


def _sign_what_was_put(workplace: Workplace, act: Act, signers: Mapping[str, Ed25519PrivateKey], tell: Tell) -> bool:
    """Enter in the log what was put in its place after a backup was restored."""
    finish(workplace, act, tell)
    if _end_if_named(workplace, act):
        return True
    if not signers:
        raise ErasureError(
            "People who were erased came back with an older backup, and were taken out again. What that changed waits for the "
            "signatures of reviewers: tenure erase --again --as STAFF_ID, once for each."
        )
    records = act_as_records(act, workplace, signers)
    workplace.promotions.enter_erasures(workplace.promotions.sign_erasures(records, list(signers.values())))
    guard_of(workplace).end()
    return True
