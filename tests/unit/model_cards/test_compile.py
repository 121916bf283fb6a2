"""Compiling a card from evidence and human statements."""

from dataclasses import replace
from datetime import date

import pytest

from model_cards.compile import card_fields, compile_card, gaps
from model_cards.fields import MAY_BE_NOT_YET_ASSESSED
from model_cards.paths import as_tree, resolve
from model_cards.wording import plain
from tenure.errors import CardError
from tenure.gates import Outcome
from tenure.open_points import open_points
from tenure.statements import NotApplicable, Statement
from tests.unit.model_cards.sample import ROLES, card, evidence, narrative


def said(text: str, author: str = "model_owner") -> Statement:
    """A statement of today."""
    return Statement(text=text, author=author, on=date(2026, 11, 2))


def without(key: str):
    """The sample narrative without one statement."""
    whole = narrative()
    return replace(whole, statements={k: s for k, s in whole.statements.items() if k != key})


@pytest.mark.parametrize("kind", ["propensity", "survival"])
@pytest.mark.parametrize("champion", [True, False])
def test_a_card_has_all_fields_and_only_later_work_is_open(kind, champion):
    """Either kind of model, with and without a champion, compiles to a complete card."""
    fields = card(kind, champion=champion)["fields"]

    open_fields = [field["number"] for field in fields if field["status"] not in ("filled", "not applicable")]
    assert len(fields) == 44
    assert set(open_fields) <= set(MAY_BE_NOT_YET_ASSESSED)


def test_the_headline_is_computed_from_evidence():
    """The best tenth against the plain baseline and against picking at random, and what the difference comes to."""
    assert plain(card()["sentences"]["predicts"]) == (
        "Of 100 customers it calls most likely to lapse, 61 do; of 100 that logistic regression calls so, 57; picking at random, "
        "13 would. That is 4.0 (3.0 to 5.0) in 100 more than by logistic regression."
    )


def test_the_verdict_strip_says_what_the_gates_the_audit_and_the_data_say():
    """Five boxes in reading order."""
    refused = card(assessable=False, outcome=Outcome.REFUSED)

    line = "meets the gate, misses the reviewers’ line"
    assert [box["verdict"] for box in card()["verdicts"]] == ["meets", line, "inconclusive", "meets", "meets"]
    assert [box["verdict"] for box in refused["verdicts"]] == ["misses", line, "not assessed", "meets", "meets"]


def test_days_withheld_and_unmeasured_stability_are_said():
    """What was not learnt from, or not measured, is not passed over."""
    whole = evidence()
    transactions = replace(whole.data.sources[0], n_days_withheld=2)
    lacking = replace(whole, stability=None, data=replace(whole.data, sources=(transactions, *whole.data.sources[1:])))
    lacking = replace(lacking, decision=replace(whole.decision, open_points=open_points(whole.decision, lacking)))
    boxes = {box["key"]: box for box in compile_card(lacking, narrative(), ROLES)["verdicts"]}

    assert boxes["data"]["verdict"] == "inconclusive"
    assert "2 of 273 days" in plain(boxes["data"]["sentence"])
    assert boxes["steady"]["verdict"] == "not assessed"


def test_an_audit_that_could_assess_nothing_is_said_in_the_first_paragraph():
    """A reader must not take silence for equal treatment."""
    assert "could not be assessed for any group" in plain(card(assessable=False)["notices"][0])
    assert card()["notices"] == []


def test_a_passed_gate_that_misses_the_reviewers_line_is_an_open_point():
    """Whoever approves learns near the top that the model meets its own line and not the stricter one."""
    points = [plain(point) for point in card()["open_points"]]

    assert points == [
        "“Probabilities hold” meets the gate, misses the reviewers’ line: Expected calibration error 0.0240, asked at most 0.03; "
        "the reviewers’ line asks at most 0.02.",
        "“Treats groups alike” inconclusive: age of the head of household, household income, 1 pair of them; "
        "pass: marital status; not assessable: 1 pair of them.",
    ]


def test_no_card_claims_to_beat_a_baseline_where_only_non_inferiority_was_asked():
    """The gate says what was found and what was asked."""
    gates = [plain(line) for line in card()["fields"][37]["facts"]]

    assert any(
        "asked a lower end no more than 0.005 below 0. Reviewers’ line: a lower end above 0, met." in line for line in gates
    )
    assert not any("better by" in plain(line) for field in card()["fields"] for line in field["facts"])


def test_the_versions_that_training_read_are_said():
    """Features and roll-ups by version; evidence of before knew one roll-up, or did not record it."""
    whole = evidence()
    earlier = replace(whole, data=replace(whole.data, history_versions=(), activity_version=40))
    unrecorded = replace(whole, data=replace(whole.data, history_versions=()))

    lines, one, none = (
        plain([part for line in compile_card(each, narrative(), ROLES)["fields"][14]["facts"] for part in line])
        for each in (whole, earlier, unrecorded)
    )

    assert "read from features at version 7 and daily/purchase at version 41." in lines
    assert "transactions 3, households 3." in lines
    assert "read from features at version 7 and activity at version 40." in one
    assert "read from features at version 7." in none


def monitoring_says(**changes):
    """What the field on monitoring says of the drift alarm."""
    whole = evidence()
    changed = replace(whole, monitoring=replace(whole.monitoring, **changes))
    return plain(compile_card(changed, narrative(), ROLES)["fields"][39]["facts"][1])


def test_the_false_alarm_rate_stands_with_its_upper_end():
    """Sixty quarters cannot show a rate to be nothing; where nothing could be simulated, that is said."""
    unknown = {"false_alarm_rate": None, "false_alarm_high_rate": None, "false_alarm_quarters": None}

    assert "in 1.7\u00a0% of 60 simulated quarters" in monitoring_says()
    assert "may be as high as 6.7\u00a0%" in monitoring_says()
    assert "is not known" in monitoring_says(**unknown)
    assert "without an interval" in monitoring_says(false_alarm_high_rate=None, false_alarm_quarters=None)


def test_energy_is_said_to_be_unmetered_in_a_field_that_is_filled_for_the_rest():
    """Time and threads are evidence, energy is open in part, and no gap."""
    compute = card()["fields"][5]

    assert compute["status"] == "filled"
    assert "14.2 seconds on 2 threads" in plain(compute["facts"][0])
    assert compute["reason"].startswith("energy was not metered, for ")
    assert "filled by a meter" in compute["reason"]


def test_a_typed_digit_is_refused_with_the_name_of_its_field():
    """Numbers come from evidence."""
    with pytest.raises(CardError, match=r"Field 'ethics': a digit typed by hand near 'It reaches 90 percent'"):
        compile_card(evidence(), narrative(ethics=said("It reaches 90 percent")), ROLES)


def test_a_reference_to_nothing_is_refused_with_field_reference_and_candidates():
    """The author learns what could have been meant."""
    text = "AUC {evaluation.metrics.roc_auk.estimate}"

    with pytest.raises(
        CardError, match=r"Field 'ethics'.*evaluation.metrics.roc_auk.estimate.*Did you mean evaluation.metrics.roc_auc.estimate"
    ):
        compile_card(evidence(), narrative(ethics=said(text)), ROLES)


def test_an_author_is_a_role():
    """Statements by nobody are refused; those about nothing cannot be made."""
    with pytest.raises(CardError, match="signed by 'somebody'"):
        compile_card(evidence(), narrative(ethics=said("Fine.", author="somebody")), ROLES)


def test_what_the_pipeline_measured_cannot_be_declared_not_applicable():
    """Evidence is not argued away."""
    waived = NotApplicable(reason="We would rather not.", author="model_owner", on=date(2026, 11, 2))

    with pytest.raises(CardError, match="'results' cannot be not applicable"):
        compile_card(evidence(), narrative(results=waived), ROLES)


def test_a_missing_statement_is_a_gap_and_stops_all_but_a_refused_card():
    """A refused challenger needs its card most, and the card shows what is missing."""
    assert gaps(evidence(), without("ethics"), ROLES) == ("34 ethics: no human statement",)
    with pytest.raises(CardError, match="34 ethics"):
        compile_card(evidence(), without("ethics"), ROLES)

    refused = compile_card(evidence(outcome=Outcome.REFUSED), without("ethics"), ROLES)
    assert refused["fields"][33]["status"] == "missing"


def test_a_reason_that_is_that_of_many_fields_fills_none_of_them():
    """The card of a refused challenger shows each as missing, with why."""
    keys = ("ethics", "known_gaps", "limitations", "standards")
    waived = {key: NotApplicable(reason="a trial", author="model_owner", on=date(2026, 11, 2)) for key in keys}
    found = card_fields(evidence(), narrative(**waived), ROLES)

    assert len(found.gaps) == len(keys)
    assert "34 ethics: one reason why 4 fields do not apply, where it may be that of 3" in found.gaps
    assert (found.n_filled, found.n_not_applicable) == (35, 1)


def test_an_empty_statement_or_summary_is_a_gap():
    """Blank text fills nothing."""
    assert gaps(evidence(), narrative(ethics=said("  ")), ROLES) == ("34 ethics: no human statement",)
    assert gaps(evidence(), replace(narrative(), summary=" "), ROLES) == ("summary: no text",)


def test_gaps_can_be_asked_before_the_decision_and_a_card_cannot():
    """The gate on completeness is judged before there is a decision to print."""
    undecided = replace(evidence(), decision=None)

    assert gaps(undecided, narrative(), ROLES) == ()
    with pytest.raises(CardError, match="needs the decision"):
        compile_card(undecided, narrative(), ROLES)


def test_every_figure_of_the_card_leads_to_evidence():
    """No figure stands in a text without a path that resolves."""
    known = as_tree(evidence(governed=True))
    figures = [part for text in _texts(card()) for part in text if isinstance(part, dict)]

    assert card()["evidence"] == known
    assert len(figures) > 200
    for figure in figures:
        for path in figure["at"].split("/"):
            resolve(known, path)


def _texts(content):
    """Every filled text of a card."""
    yield content["summary"]
    yield from content["notices"]
    yield from content["open_points"]
    yield from (box["sentence"] for box in content["verdicts"])
    yield from content["sentences"].values()
    for field in content["fields"]:
        yield from field["facts"]
        if field["statement"]:
            yield field["statement"]["text"]


def test_changes_list_only_what_differs_from_the_champions_card():
    """Differences first, and nothing else."""
    now = evidence(governed=True)
    now = replace(now, model=replace(now.model, parameters=(("n_rounds", "400"), ("learning_rate", "0.03"))))
    changed = compile_card(now, narrative(), ROLES, champion=evidence(champion=False, governed=True))

    assert changed["changes"] == [
        {"what": "parameter n_rounds", "before": "300", "now": "400"},
        {"what": "parameter num_leaves", "before": "7", "now": "none"},
    ]
