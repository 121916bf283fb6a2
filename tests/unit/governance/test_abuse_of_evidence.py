"""What training says and must not be believed: statements in another's name, and packages that contradict themselves."""

from dataclasses import replace

from governance.records.log import Kind
from governance.rules.policy import recompute
from tenure.audit import Verdict as Finding
from tenure.gates import Outcome
from tenure.open_points import judge
from tenure.package import seal
from tests.audited import FILLED
from tests.unit.governance.abuse import ONE, TWO, attempt, with_files
from tests.unit.governance.book import opened
from tests.unit.governance.sample import evidence_of, files_of, files_telling, package, policy, statement


@attempt("wrong role")
def test_statement_by_a_reviewer() -> None:
    """Only the training service states what a package was made from."""
    opened().add(Kind.STATEMENT, statement(package(), signer="anna"))


@attempt("approval under another name")
def test_statement_of_another_model() -> None:
    """A package trained as one model is promoted as another."""
    book = opened()
    book.trained(package(), model="buys_7d")
    book.approved(package(), "anna", "ben")
    book.promote(package())


@attempt("statement of another package")
def test_statement_of_other_bytes() -> None:
    """The statement names the package, and another model in it."""
    book = opened()
    book.trained(package(), model_digest=package(TWO).model_digest)
    book.approved(package(), "anna")


@attempt("decision differs from recomputation")
def test_kinder_decision() -> None:
    """A decision that asked for a reason was rewritten as plain acceptance."""
    known = evidence_of(ONE)
    kinder = replace(known, decision=replace(known.decision, outcome=Outcome.ACCEPTED))
    recompute(seal(files_telling(kinder, ONE)), policy())


@attempt("evidence of another model")
def test_evidence_of_another_model() -> None:
    """A bad model under a good one's evidence."""
    recompute(seal({**files_of(ONE), "model/booster.txt": b"tree three"}), policy())


@attempt("missing evidence")
def test_missing_evidence() -> None:
    """No evidence, nothing to fail."""
    recompute(seal({path: content for path, content in files_of(ONE).items() if path != "evidence.json"}), policy())


@attempt("audit differs from recount")
def test_forged_audit() -> None:
    """An audit whose verdict was turned by hand, sealed anew."""
    known = evidence_of(ONE)
    (attribute,) = known.audit.attributes
    first, *others = attribute.disparities
    turned = replace(first, verdict=Finding.FAIL if first.verdict is Finding.PASS else Finding.PASS)
    forged = replace(known.audit, attributes=(replace(attribute, disparities=(turned, *others)),))
    judged = judge(policy().gates, replace(known, audit=forged), card=FILLED)
    recompute(seal(files_telling(replace(known, audit=forged, decision=judged), ONE)), policy())


@attempt("unreadable evidence")
def test_unreadable_evidence() -> None:
    """Evidence of another shape."""
    recompute(with_files({"evidence.json": b"[]"}), policy())


@attempt("unreadable evidence")
def test_unreadable_words() -> None:
    """Words of another shape."""
    recompute(with_files({"words.json": b"[]"}), policy())


@attempt("decision differs from recomputation")
def test_stricter_policy_refuses() -> None:
    """The gates in force refuse what the gates of training let through."""
    gates = tuple(replace(gate, limit=0.99) if gate.name == "ranks_well" else gate for gate in policy().gates)
    recompute(package(), replace(policy(), gates=gates))


@attempt("gates refused")
def test_gates_refuse() -> None:
    """An honest package whose own gates refused it."""
    strict = replace(policy(), gates=tuple(replace(gate, limit=gate.limit + 0.1) for gate in policy().gates[:1]))
    known = evidence_of(ONE)
    judged = judge(strict.gates, known, card=FILLED)
    recompute(seal(files_telling(replace(known, decision=judged), ONE)), strict)
