"""The part of the walk that rests on signatures: what training stated, who approved, the promotion, and the card they read.

The rest of the walk is `trace.py`; what the records mean is `governance/rules/`.
"""

from governance.records.approval import CARD, EVIDENCE, Approval, read_approval, signed_file
from governance.records.log import Kind
from governance.records.request import peek_request
from governance.records.serving import revocation_of, statements
from governance.records.statement import Statement
from governance.rules.admission import approvals_needed
from model_cards.pages import PAGE
from provenance.delivered import LONGEST_RUN, Delivered
from provenance.step import Found
from tenure.canonical import sha256
from tenure.errors import TraceError


def model_step(delivered: Delivered) -> Found:
    """The package whose model scored."""
    package = delivered.package
    n_bytes = sum(map(len, package.files.values()))
    return Found(
        at=delivered.evidence.model.trained_at,
        digest=package.model_digest,
        verified=True,
        words=f"Package {package.digest[:12]}: {len(package.files)} files, {n_bytes:,} bytes, each compared with the manifest; "
        "its model is the one that the score names.",
        link=delivered.rebuild_command,
    )


def statement_step(delivered: Delivered) -> Found:
    """What the training service signed."""
    found = statement_of(delivered)
    training, evidence = found.training, delivered.evidence
    stated = {
        "model": (training.model_digest, delivered.package.model_digest),
        "training set": ({one.name: one.value for one in training.data}.get("training_set"), evidence.data.training_set_digest),
        "code": (training.code_commit, evidence.environment.code_commit),
        "lock file": (training.lock_digest, evidence.environment.lock_digest),
        "seed": (training.seed, evidence.model.seed),
    }
    other = [name for name, (said, known) in stated.items() if said != known]
    agrees = f"ANOTHER {' and '.join(other)} than" if other else "the model, training set, code, lock file and seed as"
    return Found(
        at=training.finished,
        digest=found.envelope_digest,
        verified=not other,
        words=f"Signed by {found.signed_by}, whose key the trust root names; started by {training.trainer}, "
        f"run {training.run_id}. It states {agrees} the package's evidence.",
    )


def approvals_step(delivered: Delivered) -> Found:
    """Whose approvals the promotion rests on."""
    record, promotion = delivered.promoted
    approvals = [approval_of(delivered, digest) for digest in promotion.approvals]
    ledger = delivered.ledger
    needed = approvals_needed(promotion.action, ledger.root_before(record.sequence), promotion.project)
    people = {approval.identity for approval in approvals}
    are_of_this = all(approval.subject == promotion.subject for approval in approvals)
    said = "; ".join(f"{approval.identity} on {approval.issued:%Y-%m-%d}: {approval.reason}" for approval in approvals)
    over = "exactly this model, card, audit and policy" if are_of_this else "OTHER digests than those promoted"
    return Found(
        at=max((approval.issued for approval in approvals), default=None),
        digest=promotion.subject.policy_digest,
        verified=len(people) >= needed and are_of_this,
        words=f"{len(people)} of {needed} needed signed over {over}. {said}",
        link="tenure verify",
    )


def promotion_step(delivered: Delivered) -> Found:
    """Who let the package serve, whether the rules of that day allowed it, and that nobody had revoked it by then."""
    record, promotion = delivered.promoted
    report = delivered.workplace.promotions.history()
    against = [finding.message for finding in report.findings if finding.sequence == record.sequence]
    allowed = (
        f"It must NOT stand: {'; '.join(against)}" if against else "It was allowed when it was written, and no record is missing."
    )
    revoked_before, revocation = _revocation(delivered)
    return Found(
        at=promotion.decided_at,
        digest=promotion.subject.package_digest,
        verified=not against and not revoked_before,
        words=f"Record {record.sequence} of the promotion log, {promotion.action.as_noun} by "
        f"{promotion.identity}{_asked_by(delivered)}: version {promotion.version} served when the score was delivered. "
        f"{allowed} Reason: {promotion.reason}{revocation}",
        link="tenure verify",
    )


def _asked_by(delivered: Delivered) -> str:
    """Who signed for wanting the promotion, where requests were signed already."""
    digest, ledger = delivered.promoted[1].request, delivered.ledger
    record = ledger.named(digest, Kind.REQUEST, before=ledger.size) if digest else None
    return f", asked for by {peek_request(record.signed).identity}" if record else ""


def card_step(delivered: Delivered) -> Found:
    """The card that the reviewers signed for."""
    package, promotion = delivered.package, delivered.promoted[1]
    subject, named = promotion.subject, delivered.evidence.model.model_digest
    digest = sha256(signed_file(package, CARD))
    is_signed = (digest, sha256(signed_file(package, EVIDENCE))) == (subject.card_digest, subject.audit_digest)
    is_of_this, rows = named == package.model_digest, delivered.evidence.data.test_rows_digest
    signed = "and its evidence are those that the reviewers signed" if is_signed else "is ANOTHER than the reviewers signed"
    speaks = "they speak of this model" if is_of_this else f"they speak of ANOTHER model, {named[:12]}"
    return Found(
        at=delivered.evidence.model.trained_at,
        digest=digest,
        verified=is_signed and is_of_this,
        words=f"The card {signed}, and {speaks}. {delivered.workplace.test_rows.in_words(rows)}",
        link=str(delivered.workplace.card_folder(delivered.spec.name, package.digest) / PAGE),
    )


def statement_of(delivered: Delivered) -> Statement:
    """The statement that the promotion names, its signature verified."""
    record, promotion = delivered.promoted
    for statement in statements(delivered.ledger, promotion.subject.package_digest, before=record.sequence):
        if statement.envelope_digest == promotion.statement:
            return statement
    raise TraceError(
        f"The promotion names statement {promotion.statement[:12]}, but the log holds none of it before. "
        "Run `tenure verify`, and restore the promotion log from a backup."
    )


def approval_of(delivered: Delivered, digest: str) -> Approval:
    """An approval that the promotion names, its signature verified under the trust root of its day."""
    ledger, (record, _) = delivered.ledger, delivered.promoted
    found = ledger.named(digest, Kind.APPROVAL, before=record.sequence)
    if found is None:
        raise TraceError(
            f"The promotion names approval {digest[:12]}, but the log holds none of it before. "
            "Run `tenure verify`, and restore the promotion log from a backup."
        )
    return read_approval(found.signed, ledger.root_before(found.sequence), now=found.at).approval


def _revocation(delivered: Delivered) -> tuple[bool, str]:
    """Whether the package was revoked before the score was delivered, and what is to be said of a revocation."""
    ledger = delivered.ledger
    found = revocation_of(ledger, delivered.promoted[1].subject.package_digest, before=ledger.size)
    if found is None:
        return False, ""
    before = found.issued < delivered.at - LONGEST_RUN
    when = "BEFORE the score was delivered" if before else "Since then"
    return before, f" {when} {found.identity} revoked it ({found.issued:%Y-%m-%d %H:%M} UTC): {found.reason}"
