"""Attempts to go around governed promotion: each is refused, by the rule that it breaks and no other.

A case makes a log or files as an attacker would leave them, then does what the promoter, a reviewer or the scorer would do.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from adapters.package_store import PackageStore
from model_cards.compile import compile_card
from tenure.audit import AuditReport
from tenure.audit import Verdict as Finding
from tenure.errors import PackageError, RefusedError
from tenure.evidence import Evidence
from tenure.gates import Decision, Outcome, decide
from tenure.promotion.approval import Verdict, sign_approval, subject_of
from tenure.promotion.ledger import check_witnessed
from tenure.promotion.log import Kind, erased, new_entry
from tenure.promotion.package import build_manifest, seal
from tenure.promotion.policy import recompute
from tenure.promotion.propose import propose
from tenure.promotion.records import Action
from tenure.promotion.serving import Revocation, newest_promotion, sign_promotion, sign_revocation
from tenure.promotion.trust import Role
from tenure.promotion.verify import authorise, champion, verify_history
from tests.unit.model_cards.sample import ROLES, narrative
from tests.unit.promotion.sample import (
    DAY,
    MINUTE,
    MODEL,
    PROJECT,
    START,
    Book,
    approval,
    approve,
    evidence_of,
    files_of,
    key,
    manifest,
    opened,
    package,
    policy,
    served,
    signed_root,
    staff,
    statement,
    trust_root,
)

ONE, TWO = "tree one", "tree two"


def ready() -> Book:
    """A log in which a package is trained and approved by two, and not yet promoted."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna", "ben")
    return book


def load(book: Book) -> None:
    """What the scorer does."""
    serving = newest_promotion(book.ledger, PROJECT, MODEL)[1].subject.package_digest
    of = package(TWO) if serving == package(TWO).digest else package()
    authorise(champion(book.ledger, PROJECT, MODEL, now=book.now), of.files, manifest(of))


def unchecked(book: Book, **changes) -> None:
    """A promoter that keeps no rule, together with the log's key: then the scorer loads."""
    made = replace(book.draft(package()), **changes)
    book.force(Kind.PROMOTED, sign_promotion(made, key("promoter")))
    load(book)


# ---- reviewers ----


def self_approval() -> None:
    """Dora started the training run, and is a reviewer too."""
    book = opened()
    book.trained(package())
    book.approved(package(), "dora")


def self_approval_past_the_log() -> None:
    """The same, with the log's key in hand."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.force(Kind.APPROVAL, approve(package(), "dora", at=book.now))
    unchecked(book)


def self_approval_behind_a_second_statement() -> None:
    """A later statement names somebody else as trainer of the same bytes."""
    book = opened()
    book.trained(package())
    book.trained(package(), trainer="staff-carla")
    book.approved(package(), "dora")


def one_reviewer_twice() -> None:
    """Anna approves with both of her keys."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna", "anna2")
    named = tuple(record.envelope_digest for record in book.ledger.of_kind(Kind.APPROVAL, before=4))
    book.promote(package(), approvals=named)


def one_approval_named_twice() -> None:
    """The same record counted twice."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    draft = book.draft(package())
    book.promote(package(), approvals=draft.approvals * 2)


def one_approval_recorded_twice() -> None:
    """The same signed bytes sent again."""
    book = ready()
    book.add(Kind.APPROVAL, book.ledger.records[2].signed)


def too_few_approvals() -> None:
    """One of two."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.promote(package())


def replay_from_another_candidate() -> None:
    """Approvals of package one, named by the promotion of package two."""
    book = ready()
    book.trained(package(TWO))
    named = book.draft(package()).approvals
    book.promote(package(TWO), approvals=named)


def approval_used_before() -> None:
    """Package one is approved once, promoted, replaced, and let serve again on the old approvals."""
    book = served(ONE, TWO)
    old = newest_promotion(book.ledger, PROJECT, MODEL, before=5)[1].approvals
    book.promote(package(ONE), approvals=old)


def expired_approval() -> None:
    """Signed for a week, used after eight days."""
    book = ready()
    book.now += 8 * DAY
    book.promote(package())


def expired_on_arrival() -> None:
    """Recorded after it ran out."""
    book = opened()
    book.trained(package())
    book.now += 9 * DAY
    book.add(Kind.APPROVAL, approve(package(), "anna", at=book.now - 8 * DAY))


def approval_from_the_future() -> None:
    """Dated an hour ahead."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, approve(package(), "anna", at=book.now + 60 * MINUTE))


def approval_without_reason() -> None:
    """Nothing was said."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, approve(package(), "anna", at=book.now, reason="  "))


def approval_in_another_name() -> None:
    """Ben signs as Anna."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, sign_approval(approval(package(), "anna", at=book.now), key("ben")))


def approval_by_an_auditor() -> None:
    """An auditor may read."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, approve(package(), "auditor", at=book.now))


def approval_by_a_stranger() -> None:
    """A key that no trust root names."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, sign_approval(approval(package(), "anna", at=book.now), key("stranger")))


def approval_with_a_key_that_ran_out() -> None:
    """The reviewer's key was valid until yesterday."""
    root = trust_root(staff=(staff("anna", valid_until=START), staff("training"), staff("log")))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "anna")


def approval_of_another_card() -> None:
    """A reviewer was shown an older card."""
    book = opened()
    book.trained(package())
    subject = replace(subject_of(package(), policy().digest), card_digest=subject_of(package(TWO), policy().digest).card_digest)
    for who in ("anna", "ben"):
        book.add(Kind.APPROVAL, approve(package(), who, at=book.now, subject=subject))
    book.promote(package())


def approval_of_another_audit() -> None:
    """The audit that was read is not the package's."""
    book = opened()
    book.trained(package())
    subject = replace(subject_of(package(), policy().digest), audit_digest="ab" * 32)
    for who in ("anna", "ben"):
        book.add(Kind.APPROVAL, approve(package(), who, at=book.now, subject=subject))
    book.promote(package())


def approval_under_another_policy() -> None:
    """The reviewer approved under a kinder policy."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, approve(package(), "anna", at=book.now, subject=subject_of(package(), "ab" * 32)))


def approval_of_what_nobody_stated() -> None:
    """A package without a training statement."""
    opened().approved(package(), "anna")


def rejected_by_a_third() -> None:
    """Two approve, one says no."""
    book = ready()
    rejection = approve(package(), "carla", at=book.now, verdict=Verdict.REJECT, reason="misses the poorest")
    book.add(Kind.REJECTION, rejection)
    book.promote(package())


def rejection_recorded_as_approval() -> None:
    """The record says approval, the signature says rejection."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT))


# ---- trainers ----


def statement_by_a_reviewer() -> None:
    """Only the training service states what a package was made from."""
    opened().add(Kind.STATEMENT, statement(package(), signer="anna"))


def statement_of_another_model() -> None:
    """A package trained as one model is promoted as another."""
    book = opened()
    book.trained(package(), model="buys_7d")
    book.approved(package(), "anna", "ben")
    book.promote(package())


def statement_of_other_bytes() -> None:
    """The statement names the package, and another model in it."""
    book = opened()
    book.trained(package(), model_digest=package(TWO).model_digest)
    book.approved(package(), "anna")


def _with_files(**changes: bytes):
    """The package with files replaced, sealed anew."""
    return seal({**files_of(ONE), **{name.replace("_json", ".json"): content for name, content in changes.items()}})


def kinder_decision() -> None:
    """A refused challenger whose decision was rewritten, evidence included."""
    known = evidence_of(ONE)
    kinder = replace(known, decision=replace(known.decision, outcome=Outcome.ACCEPTED))
    card = files_of(ONE)["card.json"].replace(b'"outcome":"accepted with a reason"', b'"outcome":"accepted"')
    recompute(
        _with_files(
            evidence_json=TypeAdapter(Evidence).dump_json(kinder),
            decision_json=TypeAdapter(Decision).dump_json(kinder.decision),
            card_json=card,
        ),
        policy(),
    )


def contradicting_decision() -> None:
    """Only decision.json was rewritten."""
    kinder = files_of(ONE)["decision.json"].replace(b'"accepted with a reason"', b'"accepted"')
    recompute(_with_files(decision_json=kinder), policy())


def stale_card() -> None:
    """The card of an earlier training beside new evidence."""
    recompute(_with_files(card_json=files_of(TWO)["card.json"]), policy())


def evidence_of_another_model() -> None:
    """A bad model under a good one's evidence."""
    recompute(seal({**files_of(ONE), "model/booster.txt": b"tree three"}), policy())


def missing_audit() -> None:
    """No audit, nothing to fail."""
    recompute(seal({path: content for path, content in files_of(ONE).items() if path != "audit.json"}), policy())


def unreadable_evidence() -> None:
    """Evidence of another shape."""
    recompute(_with_files(evidence_json=b"[]"), policy())


def stricter_policy_refuses() -> None:
    """The gates in force refuse what the gates of training let through."""
    gates = tuple(replace(gate, limit=0.99) if gate.name == "ranks_well" else gate for gate in policy().gates)
    recompute(package(), replace(policy(), gates=gates))


# ---- the promoter and the store ----


def promoted_under_another_name() -> None:
    """The promoter service names somebody else."""
    ready().promote(package(), identity="staff-anna")


def promoted_by_a_reviewer() -> None:
    """Two reviewers together are still no promoter."""
    book = ready()
    book.add(Kind.PROMOTED, sign_promotion(replace(book.draft(package()), identity="staff-anna"), key("anna")))


def dropped_approval() -> None:
    """A taken-over promoter names no approval at all."""
    unchecked(ready(), approvals=())


def invented_approval() -> None:
    """It names approvals that nobody recorded."""
    unchecked(ready(), approvals=("ab" * 32, "cd" * 32))


def head_moved() -> None:
    """Drafted before another promotion came in between."""
    book = ready()
    draft = book.draft(package())
    book.trained(package(TWO))
    book.approved(package(TWO), "anna", "ben")
    book.promote(package(TWO))
    book.add(Kind.PROMOTED, sign_promotion(replace(draft, decided_at=book.now, review_by=book.now + DAY), key("promoter")))


def promoted_twice() -> None:
    """It serves already, and nobody approved it afresh."""
    served(ONE).promote(package())


def back_dated_promotion() -> None:
    """Dated into the time of an approval that has expired since."""
    book = ready()
    made = book.draft(package())
    book.now += 8 * DAY
    book.add(Kind.PROMOTED, sign_promotion(made, key("promoter")))


def endless_service() -> None:
    """A review date that nobody will see."""
    ready().promote(package(), review_by=START + 900 * DAY)


def rollback_to_what_never_served() -> None:
    """A rollback takes one approver, so it must not let anything new in."""
    book = served(ONE)
    book.trained(package(TWO))
    book.approved(package(TWO), "anna", "ben")
    made = replace(book.draft(package(TWO)), action=Action.ROLLBACK)
    book.add(Kind.ROLLED_BACK, sign_promotion(made, key("promoter")))


def rollback_without_a_fresh_approval() -> None:
    """The approvals of then are not those of now."""
    served(ONE, TWO).rollback(package(ONE))


def rollback_recorded_as_promotion() -> None:
    """The record's kind and its signed action differ."""
    book = served(ONE, TWO)
    book.approved(package(ONE), "carla")
    book.add(Kind.PROMOTED, sign_promotion(book.draft(package(ONE), Action.ROLLBACK), key("promoter")))


def proposed_rollback_to_a_stranger() -> None:
    """Already the draft refuses."""
    book = served(ONE)
    propose(book.ledger, package(TWO), policy(), action=Action.ROLLBACK, reason="x", identity="service-promoter", now=book.now)


def revoked_champion() -> None:
    """It was approved, promoted, and revoked since."""
    book = served(ONE)
    book.revoke(package(ONE))
    load(book)


def promotion_of_a_revoked_package() -> None:
    """Revoked before it came to serve."""
    book = ready()
    book.revoke(package())
    book.promote(package())


def revocation_by_a_trainer() -> None:
    """Who may not decide may not revoke."""
    book = served(ONE)
    made = Revocation(package_digest=package().digest, reason="mine is better", identity="service-training", issued=book.now)
    book.add(Kind.REVOKED, sign_revocation(made, key("training")))


def overdue_review() -> None:
    """It serves longer than its policy lets it."""
    book = served(ONE)
    champion(book.ledger, PROJECT, MODEL, now=book.now + 121 * DAY)


def other_policy_in_force() -> None:
    """The project asks for another policy by now."""
    book = served(ONE)
    champion(book.ledger, PROJECT, MODEL, now=book.now, policy_digest="ab" * 32)


def nothing_promoted() -> None:
    """An empty log lets nothing serve."""
    champion(opened().ledger, PROJECT, MODEL, now=START)


def another_package_in_its_place() -> None:
    """The store's folder holds another sealed package."""
    book = served(ONE)
    other = package(TWO)
    authorise(champion(book.ledger, PROJECT, MODEL, now=book.now), other.files, manifest(other))


# ---- the log ----


def record_deleted() -> None:
    """One row of the log is gone."""
    book = served(ONE)
    del book.entries[2]
    load(book)


def last_record_deleted() -> None:
    """The revocation at the end is gone, the checkpoint stayed."""
    book = served(ONE)
    book.revoke(package())
    book.entries.pop()
    load(book)


def log_cut_back_to_an_old_backup() -> None:
    """Entries and checkpoint of yesterday, revocation forgotten; the witness remembers."""
    book = served(ONE)
    before = (list(book.entries), book.checkpoint)
    book.revoke(package())
    seen = book.checkpoint
    book.entries, book.checkpoint = before
    check_witnessed(book.ledger, [seen])


def log_rewritten_and_signed_anew() -> None:
    """Whoever holds the log's key writes another history of the same length; the witness remembers."""
    seen = served(ONE).checkpoint
    check_witnessed(served(TWO).ledger, [seen])


def record_changed_in_place() -> None:
    """A row was edited."""
    book = served(ONE)
    entry = book.entries[4]
    book.entries[4] = replace(entry, record=entry.record.replace(b"promoted", b"rejected"))
    load(book)


def record_changed_with_its_leaf() -> None:
    """A row was edited and its leaf hash with it."""
    book = served(ONE)
    book.entries[3] = new_entry(3, Kind.APPROVAL, approve(package(), "carla", at=book.now), at=book.now, salt=b"x" * 32)
    load(book)


def record_added_past_the_log_key() -> None:
    """A row was added to the table; the checkpoint could not be signed."""
    book = served(ONE)
    book.entries.append(new_entry(5, Kind.REVOKED, b"{}", at=book.now, salt=b"x" * 32))
    load(book)


def checkpoint_signed_by_another() -> None:
    """The promoter signs for the log."""
    book = served(ONE)
    book.resign(signer="promoter")
    load(book)


def log_of_another_installation() -> None:
    """A sound log, of another place."""
    book = served(ONE)
    book.resign(origin="elsewhere")
    load(book)


def checkpoint_removed() -> None:
    """Entries without a signature over them."""
    book = served(ONE)
    book.checkpoint = None
    load(book)


def champion_s_record_erased() -> None:
    """An approval that the champion rests on was erased."""
    book = served(ONE)
    book.entries[2] = erased(book.entries[2])
    load(book)


def revocation_erased_in_the_database() -> None:
    """The content of a revocation is removed as an erasure would, so that the tree still fits."""
    book = served(ONE)
    book.revoke(package())
    book.entries[5] = erased(book.entries[5])
    load(book)


def revocation_erased_by_a_reviewer() -> None:
    """Signed for, and still not to be erased: who serves depends on it."""
    book = served(ONE)
    book.revoke(package())
    book.erase(5, Kind.REVOKED, package())


def erasure_under_another_kind() -> None:
    """The revocation is called an approval, to get it erased."""
    book = served(ONE)
    book.revoke(package())
    book.erase(5, Kind.APPROVAL, package())


def rejection_erased() -> None:
    """The words of a rejection go, its force does not."""
    book = ready()
    book.add(Kind.REJECTION, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    book.erase(4, Kind.REJECTION, package())
    book.promote(package())


def approval_of_the_champion_erased() -> None:
    """What a promotion rests on cannot be read any more, although somebody signed for it."""
    book = served(ONE)
    book.erase(2, Kind.APPROVAL, package())
    load(book)


def erasure_by_the_promoter() -> None:
    """A service does not decide what is forgotten."""
    book = served(ONE)
    book.erase(2, Kind.APPROVAL, package(), who="promoter")


def forged_audit() -> None:
    """An audit whose verdict was turned by hand in every place where it stands, sealed anew."""
    known = evidence_of(ONE)
    (attribute,) = known.audit.attributes
    first, *others = attribute.disparities
    turned = replace(first, verdict=Finding.FAIL if first.verdict is Finding.PASS else Finding.PASS)
    forged = replace(known.audit, attributes=(replace(attribute, disparities=(turned, *others)),))
    verdict = decide(policy().gates, evaluation=known.evaluation, audit=forged, card_gaps=())
    claimed = replace(known, audit=forged, decision=verdict)
    recompute(
        _with_files(
            evidence_json=TypeAdapter(Evidence).dump_json(claimed),
            audit_json=TypeAdapter(AuditReport).dump_json(forged),
            decision_json=TypeAdapter(Decision).dump_json(verdict),
            card_json=json.dumps(compile_card(claimed, narrative(), ROLES)).encode(),
        ),
        policy(),
    )


def gates_refuse() -> None:
    """An honest package whose own gates refused it."""
    strict = replace(policy(), gates=tuple(replace(gate, limit=gate.limit + 0.1) for gate in policy().gates[:1]))
    known = evidence_of(ONE)
    verdict = decide(strict.gates, evaluation=known.evaluation, audit=known.audit, card_gaps=())
    refused = replace(known, decision=verdict)
    recompute(
        _with_files(
            evidence_json=TypeAdapter(Evidence).dump_json(refused),
            decision_json=TypeAdapter(Decision).dump_json(verdict),
            card_json=json.dumps(compile_card(refused, narrative(), ROLES)).encode(),
        ),
        strict,
    )


def old_trust_root() -> None:
    """The log knows only the first trust root, the installation pins the second."""
    second = trust_root(version=2, previous=trust_root().digest)
    book = served(ONE)
    book.pinned = second.digest
    load(book)


def forged_earlier_trust_root() -> None:
    """A trust root of the attacker's own, with their own root keys, in front of a log."""
    mine = trust_root(threshold=1, root_keys=trust_root().root_keys[:1])
    book = Book(pinned=mine.digest)
    book.add(Kind.ROOT, signed_root(mine, "root1"))
    book.pinned = trust_root().digest
    load(book)


def trust_root_by_one_holder() -> None:
    """One holder of two renews it alone."""
    second = trust_root(version=2, previous=trust_root().digest)
    opened().add(Kind.ROOT, signed_root(second, "root1"))


def reviewer_removed_since() -> None:
    """Ben left between his approval and the promotion: the trust root in force does not name him."""
    book = ready()
    people = tuple(person for person in trust_root().staff if person.staff_id != "staff-ben")
    book.add(Kind.ROOT, signed_root(trust_root(version=2, previous=trust_root().digest, staff=people)))
    book.promote(package())


def project_without_a_quorum() -> None:
    """A trust root that says nothing about the project lets nothing through."""
    root = trust_root(quorums=())
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "anna", "ben")
    book.promote(package())


def clock_turned_back() -> None:
    """A record dated an hour before the one that it follows."""
    book = ready()
    book.now -= 60 * MINUTE
    book.force(Kind.APPROVAL, approve(package(), "carla", at=book.now))
    book.now += DAY
    load(book)


def log_from_the_future() -> None:
    """The scorer's clock says it is yesterday."""
    book = served(ONE)
    book.now -= DAY
    load(book)


def forced_past_every_rule() -> None:
    """Promoter and log key together, without reviewers: the record stands in the log, and no scorer loads."""
    book = opened()
    book.trained(package())
    unchecked(book)


CASES: tuple[tuple[Callable[[], None], str], ...] = (
    (self_approval, "self approval"),
    (self_approval_past_the_log, "self approval"),
    (self_approval_behind_a_second_statement, "self approval"),
    (one_reviewer_twice, "one person twice"),
    (one_approval_named_twice, "one person twice"),
    (one_approval_recorded_twice, "replayed"),
    (too_few_approvals, "too few approvals"),
    (replay_from_another_candidate, "approval of another package"),
    (approval_used_before, "replayed"),
    (expired_approval, "expired"),
    (expired_on_arrival, "expired"),
    (approval_from_the_future, "not yet issued"),
    (approval_without_reason, "no reason"),
    (approval_in_another_name, "signed by another person"),
    (approval_by_an_auditor, "wrong role"),
    (approval_by_a_stranger, "unknown key"),
    (approval_with_a_key_that_ran_out, "key not valid at that time"),
    (approval_of_another_card, "approval of another card"),
    (approval_of_another_audit, "approval of another audit"),
    (approval_under_another_policy, "other policy"),
    (approval_of_what_nobody_stated, "no statement"),
    (rejected_by_a_third, "rejected"),
    (rejection_recorded_as_approval, "altered record"),
    (statement_by_a_reviewer, "wrong role"),
    (statement_of_another_model, "statement of another package"),
    (statement_of_other_bytes, "statement of another package"),
    (kinder_decision, "decision differs from recomputation"),
    (contradicting_decision, "contradicting evidence"),
    (stale_card, "stale card"),
    (evidence_of_another_model, "evidence of another model"),
    (missing_audit, "missing evidence"),
    (forged_audit, "audit differs from recount"),
    (unreadable_evidence, "unreadable evidence"),
    (stricter_policy_refuses, "decision differs from recomputation"),
    (promoted_under_another_name, "signed by another person"),
    (promoted_by_a_reviewer, "wrong role"),
    (dropped_approval, "too few approvals"),
    (invented_approval, "approval not in the log"),
    (head_moved, "previous champion differs"),
    (promoted_twice, "too few approvals"),
    (back_dated_promotion, "time runs back"),
    (endless_service, "review date too far"),
    (rollback_to_what_never_served, "never served"),
    (rollback_without_a_fresh_approval, "too few approvals"),
    (rollback_recorded_as_promotion, "altered record"),
    (proposed_rollback_to_a_stranger, "never served"),
    (revoked_champion, "revoked"),
    (promotion_of_a_revoked_package, "revoked"),
    (revocation_by_a_trainer, "wrong role"),
    (overdue_review, "review overdue"),
    (other_policy_in_force, "other policy"),
    (nothing_promoted, "never promoted"),
    (another_package_in_its_place, "other champion"),
    (record_deleted, "missing record"),
    (last_record_deleted, "missing record"),
    (log_cut_back_to_an_old_backup, "log cut back"),
    (log_rewritten_and_signed_anew, "log rewritten"),
    (record_changed_in_place, "altered record"),
    (record_changed_with_its_leaf, "root hash differs"),
    (record_added_past_the_log_key, "root hash differs"),
    (checkpoint_signed_by_another, "wrong role"),
    (log_of_another_installation, "other log"),
    (checkpoint_removed, "root hash differs"),
    (champion_s_record_erased, "erased record"),
    (revocation_erased_in_the_database, "erased record"),
    (revocation_erased_by_a_reviewer, "erased record"),
    (erasure_under_another_kind, "erased record"),
    (rejection_erased, "rejected"),
    (approval_of_the_champion_erased, "approval not in the log"),
    (erasure_by_the_promoter, "wrong role"),
    (gates_refuse, "gates refused"),
    (old_trust_root, "old trust root"),
    (forged_earlier_trust_root, "old trust root"),
    (trust_root_by_one_holder, "too few root signatures"),
    (reviewer_removed_since, "unknown key"),
    (project_without_a_quorum, "no quorum set for the project"),
    (clock_turned_back, "time runs back"),
    (log_from_the_future, "not yet issued"),
    (forced_past_every_rule, "too few approvals"),
)


@pytest.mark.parametrize(("attempt", "rule"), CASES, ids=[attempt.__name__ for attempt, _ in CASES])
def test_attempt_is_refused_by_its_own_rule(attempt: Callable[[], None], rule: str) -> None:
    """Refused, for this reason, in a sentence that says what to do."""
    with pytest.raises(RefusedError) as error:
        attempt()

    assert error.value.refusal == rule
    assert str(error.value).endswith(".")
    assert len(str(error.value)) > 60


def test_the_honest_way_is_open() -> None:
    """Without an attack the same steps load the package: the cases above are refused for what they do."""
    book = served(ONE, TWO)
    load(book)
    book.approved(package(ONE), "carla")
    book.rollback(package(ONE))
    load(book)

    assert verify_history(book.ledger, witnessed=[book.checkpoint]).is_sound


def test_rejection_is_taken_back_by_who_made_it() -> None:
    """A reviewer may change their mind, in their own name."""
    book = ready()
    book.add(Kind.REJECTION, approve(package(), "ben", at=book.now, verdict=Verdict.REJECT, reason="unclear"))
    book.approved(package(), "ben")
    book.promote(package())

    load(book)


def test_quorum_of_one_is_a_project_s_choice() -> None:
    """A small project may ask for one reviewer; its trainer is still none."""
    root = trust_root(quorums=(replace(trust_root().quorums[0], reviewers=1),))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "carla")
    book.promote(package())

    load(book)


def test_history_names_every_record_that_must_not_stand() -> None:
    """A forced record is reported with its rule, and the records around it are not."""
    book = opened()
    book.trained(package())
    book.force(Kind.PROMOTED, sign_promotion(book.draft(package()), key("promoter")))
    report = verify_history(book.ledger)

    assert [(found.sequence, found.refusal) for found in report.findings] == [(2, "too few approvals")]
    assert "1 of 3 records must not stand" in report.in_words


def test_history_says_what_the_witness_adds() -> None:
    """Without a copy, with an older one, with the newest."""
    book = opened()
    older = book.checkpoint
    book.trained(package())

    assert "could have rewritten all of it" in verify_history(book.ledger).in_words
    assert "first 1; the last 1 it has not seen" in verify_history(book.ledger, witnessed=[older]).in_words
    assert "saw all of them" in verify_history(book.ledger, witnessed=[older, book.checkpoint]).in_words
    assert "first 0; the last 2" in verify_history(book.ledger, witnessed=[]).in_words


def test_erased_record_leaves_its_place_provable() -> None:
    """A rejection that nobody needs any more can be erased; the history still holds and says so."""
    book = opened()
    book.trained(package())
    book.add(Kind.REJECTION, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT, reason="a person's words"))
    book.trained(package(TWO))
    book.erase(2, Kind.REJECTION, package())
    report = verify_history(book.ledger, witnessed=[book.checkpoint])

    assert report.is_sound
    assert "1 were erased" in report.in_words


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lambda folder: (folder / "model" / "extra.py").write_bytes(b"import os"), "unlisted"),
        (lambda folder: (folder / "model" / "link").symlink_to("/etc/passwd"), "link or device"),
        (lambda folder: ((folder / "card.json").unlink(), (folder / "card.json").symlink_to("audit.json")), "link or device"),
        (lambda folder: (folder / "card.json").unlink(), "missing"),
        (lambda folder: (folder / "Card.JSON").write_bytes(b"{}"), "unlisted"),
    ],
    ids=["extra_file", "symlink", "symlink_in_place", "missing_file", "other_case"],
)
def test_a_tampered_folder_is_refused(plant, words: str, tmp_path: Path) -> None:
    """What lies beside or behind the listed files is refused by the store."""
    kept = PackageStore(tmp_path).keep_candidate(PROJECT, MODEL, package().files)
    folder = tmp_path / "candidates" / PROJECT / MODEL / kept.digest
    for path in (folder, folder / "model"):
        path.chmod(0o755)
    plant(folder)

    with pytest.raises(PackageError, match=words):
        PackageStore(tmp_path).candidate(kept.digest)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../outside", "relative"),
        ("model/../../x", "relative"),
        ("/etc/passwd", "relative"),
        ("model/cafe\u0301", "Unicode NFC"),
        ("CARD.json", "ignores case"),
        ("model/\u212aernel.txt", "Unicode NFC"),
    ],
)
def test_a_path_that_means_two_things_is_refused(path: str, words: str) -> None:
    """Climbing, absolute, and names that fold into another."""
    with pytest.raises(PackageError, match=words):
        build_manifest({**files_of(ONE), path: b""})


def test_roles_are_all_used() -> None:
    """The house of these tests has somebody in every role."""
    assert {role for person in trust_root().staff for role in person.roles} == set(Role)
