"""A policy's digest, and gates judged anew."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from governance.rules.policy import Policy, card_gaps, policy_of, recompute
from model_cards.compile import gaps
from model_cards.paths import as_tree
from tenure.errors import RefusedError, SpecError
from tenure.evidence import Evidence
from tenure.package import seal
from tenure.project import load_project
from tenure.refusals import Refusal
from tenure.specs import PropensitySpec
from tenure.statements import NotApplicable
from tests.unit.governance.sample import evidence_of, files_of, package, policy
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
    spec = next(model for model in project.models if isinstance(model, PropensitySpec))
    made = policy_of(project, spec, reviewers=2)

    assert (made.project, made.model, made.gates) == (project.name, spec.name, spec.gates)
    assert (made.review_within_days, made.audit_lines) == (spec.max_age_days, project.audit_lines)


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
    card = json.loads(files_of("tree one")["card.json"]) | {"evidence": as_tree(other)}
    files = {
        **files_of("tree one"),
        "evidence.json": TypeAdapter(Evidence).dump_json(other),
        "card.json": json.dumps(card).encode(),
    }
    with pytest.raises(RefusedError, match="names policy abababababab") as refused:
        recompute(seal(files), policy())
    assert refused.value.refusal == Refusal.OTHER_POLICY.value


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every number within a value."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, step))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def test_each_number_of_a_card_s_evidence_that_is_changed_alone_is_refused() -> None:
    """The card may show no figure that the package's own evidence does not hold."""
    content = json.loads(files_of("tree one")["card.json"])
    places = list(leaves(content["evidence"]))
    for place in places[:: max(1, len(places) // 60)]:
        card = copy.deepcopy(content)
        inside = card["evidence"]
        for step in place[:-1]:
            inside = inside[step]
        inside[place[-1]] += 1
        with pytest.raises(RefusedError) as refused:
            recompute(seal({**files_of("tree one"), "card.json": json.dumps(card).encode()}), policy())
        assert refused.value.refusal == Refusal.STALE_CARD.value, place
    assert len(places) > 400
