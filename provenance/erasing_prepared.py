"""What an erasure makes ready: everything written anew beside what is there, of which nobody reads anything yet."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from adapters.raw_objects import category
from adapters.receipts import Receipt
from governance.records.erasure import Emptied, LearntFrom, Rewritten
from home.pseudonyms import told_apart
from home.workplace import Workplace
from provenance.erased_pseudonyms import leaving
from provenance.erased_tables import TableErasing, tokens_for
from provenance.erasing_act import Act, Moved
from provenance.held_files import rest_of
from provenance.holdings import Holdings, names_in_ledger
from provenance.lineage import RAW
from provenance.people_begun import begun_in
from tenure.errors import ErasureError
from tenure.people.ledger import as_rows

Tell = Callable[[str], None]


def prepare(workplace: Workplace, held: Holdings, *, n_people: int, reason: str, tell: Tell = lambda _: None) -> Act:
    """Write everything anew beside what is there; nothing that anybody reads is changed yet."""
    _check_nothing_begun(workplace, held.ids)
    tables, rewritten, emptied = {}, list[Rewritten](), list[Emptied]()
    tokens, erasures = tokens_for(held.ids | told_apart(workplace, held.received)), workplace.promotions.erasures()
    for name, found in held.tables.items():
        tell(f"Table {name}: {len(found.files)} files …")
        table = TableErasing(workplace, name, held.ids, tokens, erasures).beside(found)
        tables[name] = table.rewriting
        rewritten += table.rewritten
        emptied += table.emptied
    tell(f"Batches received: {len(held.batches)} …")
    moved = [_moved(workplace, held, batch.path, batch.receipt) for batch in held.batches]
    for batch, one in zip(held.batches, moved, strict=True):
        after = Receipt.from_json(one.receipt)
        if workplace.raw.is_whole(batch.receipt):
            named = Rewritten(table=f"{RAW}{after.source}", day=after.key, old=batch.receipt.sha256, new=after.sha256)
            rewritten += [named] if named not in rewritten else []
    return Act(
        n_people=n_people,
        ids=tuple(sorted(held.ids)),
        reason=reason,
        tables=tables,
        receipts=tuple(moved),
        rewritten=tuple(rewritten),
        emptied=tuple(emptied),
        learnt_from=tuple(LearntFrom(package=m.package, n_people=m.n_people, n_customers=m.n_customers) for m in held.learnt),
        counts=counts_of(held),
        received=tuple(sorted(held.received)) if held.received != held.ids else (),
        pseudonyms=leaving(workplace, tables),
    )


def _check_nothing_begun(workplace: Workplace, ids: Collection[str]) -> None:
    """Refuse to erase whom a decision names that is still to be added to the ledger of people: it would bring them back."""
    begun = begun_in(workplace.lake)
    if begun is None:
        return
    if not workplace.promotions.has_entered(begun.signed):
        begun.end()
    elif names_in_ledger(as_rows(begun.entries), ids).any():
        raise ErasureError(
            "A decision about these people was begun and is not ended: a command died. Run `tenure land`, which ends it; then "
            "erase them."
        )


def _moved(workplace: Workplace, held: Holdings, path: Path, receipt: Receipt) -> Moved:
    """Keep what is left of a batch, and say which receipt names it."""
    raw, project = workplace.raw, workplace.project.name
    content = raw.content_of(receipt) or b""
    rest = rest_of(workplace, receipt.source, content, receipt.format, held.received)
    if rest is None:
        raise AssertionError("a batch that was found to hold somebody does not")
    n_rows = 0 if rest.n_gone is None else None if receipt.n_rows is None else receipt.n_rows - rest.n_gone
    after = replace(
        receipt,
        format=rest.format,
        n_rows=n_rows,
        n_bytes=len(rest.content),
        sha256=raw.objects.keep_beside(project, rest.content, rest.format, category(project, receipt.source)),
        received=receipt.received or receipt.sha256,
    )
    below = path.relative_to(workplace.settings.raw).as_posix()
    return Moved(path=below, receipt=after.as_json(), old=(receipt.sha256, receipt.format))


def counts_of(held: Holdings) -> dict[str, int]:
    """Where people are, in figures alone."""
    n_by_cells = sum(one.n_by_cells for one in (*held.tables.values(), *held.batches))
    return {
        "tables": len(held.tables),
        "rows of tables, in all versions": sum(one.n_rows for one in held.tables.values()),
        "days": len({day for one in held.tables.values() for day in one.days}),
        "batches received": len(held.batches),
        "rows received": sum(one.n_rows or 0 for one in held.batches),
        "batches that nobody can read, and go whole": sum(one.n_rows is None for one in held.batches),
        "of all rows, of unknown customers, that hold an id: they may be another's, and go": n_by_cells,
        "tables read whole, and files of the inbox": len(held.wholes) + len(held.placed),
        "sets of test rows": len(held.test_rows),
        "rows that trainings left, files": len(held.lanes),
        "models that learnt from them": len(held.learnt),
    }
