"""A policy's digest, and gates judged anew."""

import json
from dataclasses import replace

import pytest

from model_cards.compile import gaps
from tenure.errors import SpecError
from tenure.project import load_project
from tenure.promotion.policy import Policy, card_gaps, policy_of, recompute
from tenure.specs import NotApplicable, PropensitySpec
from tests.unit.model_cards.sample import ROLES, narrative
from tests.unit.promotion.sample import evidence_of, files_of, package, policy


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
    """Gates and age limit are the spec's own."""
    spec = next(model for model in load_project("tests.simulated_company").models if isinstance(model, PropensitySpec))
    made = policy_of("company", spec, reviewers=2)

    assert (made.model, made.gates, made.review_within_days) == (spec.name, spec.gates, spec.max_age_days)


@pytest.mark.parametrize(
    "changes", [{"gates": ()}, {"reviewers": 0}, {"review_within_days": 0}, {"required_files": ("card.json",)}]
)
def test_a_policy_that_lets_anything_through_is_refused(changes) -> None:
    """No gate, nobody to ask, no day to look again, no evidence."""
    with pytest.raises(SpecError, match="Complete it"):
        Policy(**{**vars(policy()), **changes})


def test_gaps_are_read_from_the_card_as_they_were_judged() -> None:
    """A missing field is worded as the gate worded it; the decision's own field is none."""
    card = json.loads(files_of("tree one")["card.json"])
    whole = narrative()
    lacking = replace(whole, statements={k: v for k, v in whole.statements.items() if k != "limitations"})
    (gap,) = gaps(evidence_of("tree one"), lacking, ROLES)
    number = int(gap.split()[0])
    for field in card["fields"]:
        if field["number"] in (number, 38):
            field.update(status="missing", reason=gap.partition(": ")[2])

    assert card_gaps(card) == (gap,)
    assert card_gaps({"fields": [], "summary": []}) == ("summary: no text",)
    assert isinstance(whole.statements["consent_coverage"], NotApplicable)
