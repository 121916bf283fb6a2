"""The log: every record with its verified state, filtered and handed out; and the page of one record, which is also a receipt."""

import json
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.merkle import inclusion_proof, proves_inclusion
from governance.stores.package_reading import decision_of
from governance.stores.signed_log import SignedLog
from home.sight import Sight
from review.records import WORDS, content_in_words, matching, of_company
from review.rendering import page
from review.visit import InRoom, OfLog, OfVisit
from review.votes import count_votes
from tenure.errors import TenureError

MOST_LINES = 100


def show_log(
    request: Request, room: InRoom, sight: OfLog, visit: OfVisit, kind: str = "", model: str = "", who: str = "", older: int = 0
) -> Response:
    """Records, newest first, a page at a time."""
    proved = room.lobby.proofs.of(sight)
    if proved is None:
        return page(request, "log_empty.html", visit)
    own = of_company(proved.lines, room.company)
    found = matching(own, kind=kind, model=model, who=who)[::-1]
    older = min(max(0, older), len(found))
    return page(
        request,
        "log.html",
        visit,
        report=proved.report,
        caveat=sight.workplace.promotions.witness_caveat,
        lines=found[older : older + MOST_LINES],
        n_found=len(found),
        n_all=len(own),
        n_elsewhere=len(proved.lines) - len(own),
        older=older,
        n_page=MOST_LINES,
        chosen={"kind": kind, "model": model, "who": who},
        kinds=[(k.value, WORDS[k]) for k in Kind],
        models=sorted({line.model for line in own if line.model}),
        people=sorted({line.who for line in own if line.who}),
    )


def export_log(room: InRoom, sight: OfLog, kind: str = "", model: str = "", who: str = "") -> Response:
    """The same records as JSON lines, oldest first."""
    proved = room.lobby.proofs.of(sight)
    found = matching(of_company(proved.lines, room.company), kind=kind, model=model, who=who) if proved else ()
    content = "".join(f"{line.as_json()}\n" for line in found)
    name = f"attachment; filename={room.company}-log.jsonl"
    return Response(content, media_type="application/jsonl", headers={"Content-Disposition": name})


def export_whole(room: InRoom, sight: OfLog, visit: OfVisit) -> Response:
    """The home's whole log as it is kept, for whoever verifies it elsewhere; `docs/formats.md` says how."""
    if visit.person.by_company:
        raise HTTPException(403, "The whole log is that of every company of this home, and your account is kept to some of them.")
    if sight.ledger is None:
        raise HTTPException(404, "There is no promotion log yet. Make a trust root: tenure trust init.")
    log = SignedLog(room.workplace.settings, room.workplace.clock)
    entries, checkpoint = log.kept()
    whole = {
        "origin": log.origin,
        "entries": [
            {"sequence": one.sequence, "leaf": one.leaf.hex(), "salt": one.salt.hex(), "record": one.record.decode()}
            for one in entries
        ],
        "checkpoint": checkpoint.decode(),
        "witnessed": [copy.decode() for copy in log.witnessed(sight.ledger)],
    }
    name = f"attachment; filename={room.company}-log.json"
    return Response(json.dumps(whole), media_type="application/json", headers={"Content-Disposition": name})


def show_record(request: Request, room: InRoom, sight: OfLog, visit: OfVisit, sequence: int, receipt: str = "") -> Response:
    """One record: what was signed, where it stands, and the proof that it stands there."""
    proved = room.lobby.proofs.of(sight)
    if proved is None or not any(line.sequence == sequence for line in of_company(proved.lines, room.company)):
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
        caveat=sight.workplace.promotions.witness_caveat,
        is_receipt=receipt == "yes",
        next_step=next_step(sight, record.kind, proved.lines[sequence].package_digest) if receipt == "yes" else "",
    )


def next_step(sight: Sight, kind: Kind, digest: str) -> str:
    """What comes after an act, in words."""
    try:
        kept = sight.workplace.packages.find(digest)
        package = sight.workplace.packages.candidate(kept.digest)
        standing = sight.standing(kept.model, kept.digest, decision_of(package).outcome)
        votes = count_votes(sight, standing, sight.subject(package, kept.model))
    except TenureError:
        return ""
    if kind is Kind.REJECTION:
        return (
            "It cannot be promoted while a rejection stands, and waits for nobody. Whoever rejected it may approve it after all."
        )
    if kind in (Kind.PROMOTED, Kind.ROLLED_BACK):
        until = f" Look at it again by {standing.review_by:%Y-%m-%d}, or nothing is scored with it." if standing.review_by else ""
        return f"From the next run on this package scores as {kept.model}.{until}"
    if votes.rejected:
        return f"It is {votes.in_words}, and cannot be promoted while that stands."
    if votes.is_ready:
        return "Enough reviewers have approved it: it may now be promoted, on its page."
    return (
        f"{votes.missing} more reviewer{'' if votes.missing == 1 else 's'} must approve it; it waits for them on the first page."
    )


def _proof(ledger: Ledger, place: int) -> dict[str, Any]:
    """The inclusion proof of one record, and whether it holds."""
    leaves = [entry.leaf for entry in ledger.entries]
    proof = inclusion_proof(leaves, place)
    root = bytes.fromhex(ledger.head.root_hash)
    holds = proves_inclusion(leaves[place], proof, index=place, size=len(leaves), root=root)
    return {"hashes": [part.hex() for part in proof], "holds": holds}
