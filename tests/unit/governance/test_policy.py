"""A policy's digest, and gates judged anew."""

from dataclasses import replace

import pytest

from governance.records.trust_root import Quorum
from governance.rules.policy import Policy, policy_of, recompute
from model_cards.card import Words, as_bytes
from tenure.errors import RefusedError, SpecError
from tenure.gate import Gate, GateKind
from tenure.loading import load_project
from tenure.open_points import judge
from tenure.outcomes import Kind
from tenure.package import seal
from tenure.refusals import Refusal
from tests.audited import FILLED
from tests.unit.governance.sample import evidence_of, files_of, package, policy, trust_root
from tests.unit.model_cards.sample import ROLES, narrative


def test_equal_policies_have_one_digest_and_any_change_another() -> None:
    """A limit, a reviewer, a day until review: all of it is signed for."""
    first = policy()
    kinder = replace(first, gates=(replace(first.gates[0], limit=0.5), *first.gates[1:]))
    others = (kinder, replace(first, reviewers=1), replace(first, review_within_days=9), replace(first, project="other"))

    assert replace(first).digest == first.digest
    assert len({first.digest, *(other.digest for other in others)}) == 5


def test_recomputing_gives_the_decision_that_training_wrote() -> None:
    """The same evidence under the same gates."""
    assert recompute(package(), policy()) == evidence_of("tree one").decision


def test_a_spec_states_its_policy() -> None:
    """Gates and age limit are the spec's own, the lines of the audit its project's."""
    project = load_project("tests.simulated_company")
    spec = next(model for model in project.models if model.kind is Kind.PROPENSITY)
    root = trust_root(quorums=(Quorum(project=project.name, reviewers=2),))
    made = policy_of(project, spec, root)

    assert (made.project, made.model, made.gates) == (project.name, spec.name, spec.gates)
    assert (made.review_within_days, made.audit_lines) == (spec.max_age_days, project.audit_lines)


@pytest.mark.parametrize(
    "changes", [{"gates": ()}, {"reviewers": 0}, {"review_within_days": 0}, {"required_files": ("card.html",)}]
)
def test_a_policy_that_lets_anything_through_is_refused(changes) -> None:
    """No gate, nobody to ask, no day to look again, no evidence."""
    with pytest.raises(SpecError, match="Complete it"):
        Policy(**{**vars(policy()), **changes})


def test_words_that_lack_a_field_change_the_decision() -> None:
    """Whether the card is complete is judged of the words in the package, and not read from what was written down of them."""
    whole = narrative()
    lacking = replace(whole, statements={key: said for key, said in whole.statements.items() if key != "limitations"})
    words = as_bytes(Words(narrative=lacking, roles=ROLES))
    complete = Gate(name="complete", kind=GateKind.CARD_COMPLETE)
    known = evidence_of("tree one")
    judged = judge((complete,), known, card=FILLED)
    files = {**files_of("tree one"), "evidence.json": as_bytes(replace(known, decision=judged)), "words.json": words}
    with pytest.raises(RefusedError, match=r"gates \['complete'\]") as refused:
        recompute(seal(files), replace(policy(), gates=(complete,)))
    assert refused.value.refusal == Refusal.DECISION_DIFFERS.value


def test_another_bill_of_materials_than_the_card_names_is_refused() -> None:
    """One installed package more, or no list at all."""
    for changes in ({"sbom.json": b'{"bomFormat":"CycloneDX","components":[]}'}, {"sbom.json": None}):
        files = {path: content for path, content in {**files_of("tree one"), **changes}.items() if content is not None}
        with pytest.raises(RefusedError, match=r"sbom\.json is not the bill of materials") as refused:
            recompute(seal(files), policy())
        assert refused.value.refusal == Refusal.CONTRADICTING_EVIDENCE.value


def test_a_card_that_names_another_policy_is_refused() -> None:
    """Its readers were told of other reviewers or another date than those in force."""
    known = evidence_of("tree one")
    other = replace(known, policy=replace(known.policy, digest="ab" * 32))
    files = {**files_of("tree one"), "evidence.json": as_bytes(other)}
    with pytest.raises(RefusedError, match="names policy abababababab") as refused:
        recompute(seal(files), policy())
    assert refused.value.refusal == Refusal.OTHER_POLICY.value


def test_a_card_says_whether_one_person_may_do_both() -> None:
    """Where the trust root lets somebody approve what they trained, a card that is silent about it is refused."""
    with pytest.raises(RefusedError, match=r"lets one person train and approve, and the card in package .* says otherwise"):
        recompute(package(), replace(policy(), one_person_may=True))
