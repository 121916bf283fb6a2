"""The log: every record with its verified state, filtered and handed out; and the page of one record, which is also a receipt."""

from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.merkle import inclusion_proof, proves_inclusion
from governance.rules.verify import HistoryReport
from governance.stores.signed_log import SignedLog
from review.records import WORDS, Line, content_in_words, lines, matching
from review.rendering import page
from review.sight import Sight
from review.visit import InRoom, OfLog, OfVisit


@dataclass(frozen=True, kw_only=True)
class Proved:
    """The log as it was proved for one page."""

    ledger: Ledger
    report: HistoryReport
    lines: tuple[Line, ...]


def show_log(request: Request, sight: OfLog, visit: OfVisit, kind: str = "", model: str = "", who: str = "") -> Response:
    """Every record, newest first."""
    proved = _proved(sight)
    if proved is None:
        return page(request, "log_empty.html", visit)
    found = matching(proved.lines, kind=kind, model=model, who=who)
    return page(
        request,
        "log.html",
        visit,
        report=proved.report,
        caveat=sight.room.workplace.promotions.witness_caveat,
        lines=tuple(reversed(found)),
        n_all=len(proved.lines),
        chosen={"kind": kind, "model": model, "who": who},
        kinds=[(k.value, WORDS[k]) for k in Kind],
        models=sorted({line.model for line in proved.lines if line.model}),
        people=sorted({line.who for line in proved.lines if line.who}),
    )


def export_log(room: InRoom, sight: OfLog, kind: str = "", model: str = "", who: str = "") -> Response:
    """The same records as JSON lines, oldest first."""
    proved = _proved(sight)
    found = matching(proved.lines, kind=kind, model=model, who=who) if proved else ()
    content = "".join(f"{line.as_json()}\n" for line in found)
    name = f"attachment; filename={room.project}-log.jsonl"
    return Response(content, media_type="application/jsonl", headers={"Content-Disposition": name})


def show_record(request: Request, sight: OfLog, visit: OfVisit, sequence: int, receipt: str = "") -> Response:
    """One record: what was signed, where it stands, and the proof that it stands there."""
    proved = _proved(sight)
    if proved is None or not 0 <= sequence < len(proved.lines):
        raise HTTPException(404, "The log holds no record at this place. Start from the log.")
    record = proved.ledger.records[sequence]
    return page(
        request,
        "record.html",
        visit,
        line=proved.lines[sequence],
        content=content_in_words(record),
        proof=_proof(proved.ledger, sequence),
        head=proved.ledger.head,
        report=proved.report,
        caveat=sight.room.workplace.promotions.witness_caveat,
        is_receipt=receipt == "yes",
    )


def _proved(sight: Sight) -> Proved | None:
    """The log and what was proved of it; None before there is a trust root."""
    if sight.ledger is None:
        return None
    workplace = sight.room.workplace
    report = SignedLog(workplace.settings, workplace.clock).prove(sight.ledger)
    return Proved(ledger=sight.ledger, report=report, lines=lines(sight.ledger, report))


def _proof(ledger: Ledger, place: int) -> dict[str, Any]:
    """The inclusion proof of one record, and whether it holds."""
    leaves = [entry.leaf for entry in ledger.entries]
    proof = inclusion_proof(leaves, place)
    root = bytes.fromhex(ledger.head.root_hash)
    holds = proves_inclusion(leaves[place], proof, index=place, size=len(leaves), root=root)
    return {"hashes": [part.hex() for part in proof], "holds": holds}
