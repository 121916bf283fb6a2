"""Cards that do not flatter: the baseline everywhere, differences read for what they are, and nothing but *meets* left unsaid."""

import re
from dataclasses import replace
from functools import cache

import pytest

from model_cards.compile import compile_card
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.page import because
from model_cards.standing import Standing, Status
from model_cards.wording import plain
from tenure.audit import Verdict
from tenure.evaluation.records import Estimate, NotDefined
from tenure.evidence import Evidence
from tenure.gate import Gate, GateKind
from tenure.gates import Answer, Outcome, Question
from tenure.loading import load_project
from tenure.open_points import judge, open_points
from tests.audited import FILLED
from tests.unit.model_cards.sample import ROLES, card, evidence, narrative
from tests.unit.model_cards.sample_audit import attribute, group


def with_difference(name: str, low: float, value: float, high: float) -> Evidence:
    """The sample with another difference to the baseline in one metric."""
    whole = evidence()
    metrics = tuple(
        replace(m, difference=Estimate(value=value, low=low, high=high)) if m.name == name else m
        for m in whole.evaluation.metrics
    )
    return replace(whole, evaluation=replace(whole.evaluation, metrics=metrics))


def compiled(whole: Evidence):
    """The card of evidence whose open points are found anew."""
    assert whole.decision is not None
    return compile_card(
        replace(whole, decision=replace(whole.decision, open_points=open_points(whole.decision, whole))), narrative(), ROLES
    )


@cache
def rows(page: str) -> list[str]:
    """The rows of the first table of figures."""
    table = page[page.index('<table class="figures stacks">') : page.index("</table>")]
    return re.findall(r"<tr><th scope.*?</tr>", table, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("low", "value", "high", "says"),
    [
        (-0.002, 0.023, 0.050, "cannot be told from zero"),
        (0.001, 0.004, 0.007, "is less than anybody would notice"),
        (0.02, 0.04, 0.06, "in 100 more than by logistic regression"),
        (-0.06, -0.04, -0.02, "in 100 fewer than by logistic regression"),
    ],
)
def test_the_headline_says_what_the_difference_to_the_baseline_comes_to(low: float, value: float, high: float, says: str) -> None:
    """Ninety-eight beside ninety-eight is no praise of the model."""
    said = plain(compiled(with_difference("precision_top_band", low, value, high))["sentences"]["predicts"])

    assert "of 100 that logistic regression calls so, 57" in said
    assert says in said


def test_a_difference_below_the_gates_own_margin_is_called_unnoticed() -> None:
    """What a gate of non-inferiority lets pass as less than a campaign would notice is not printed as better."""
    page = render_html(compiled(with_difference("roc_auc", 0.0006, 0.0023, 0.0040)))
    row = next(row for row in rows(page) if "ROC-AUC" in row)

    assert "better, by less than anybody would notice" in row
    assert "0.0023<small>(0.0006 to 0.0040)" in row


def test_decimals_follow_the_width_of_the_difference() -> None:
    """Two figures that differ are written so that they are seen to; a wide interval is not written to the fourth digit."""
    fine = render_html(compiled(with_difference("brier", -0.0019, -0.0011, -0.0004)))
    coarse = render_html(compiled(with_difference("brier", -0.2, 0.1, 0.4)))

    assert "0.0890<small>" in fine
    assert "0.09<small>" in coarse


def test_the_row_behind_the_headline_stands_first_and_nothing_before_the_annex_is_folded() -> None:
    """Whoever reads the headline finds its figure without opening anything, on paper too."""
    page = render_html(card())

    assert "Precision in the top band" in rows(page)[0]
    assert "<details" not in page[: page.index('id="annex"')]
    assert "details::details-content" in page


@pytest.mark.parametrize("kind", ["propensity", "survival"])
def test_every_chart_of_figures_draws_the_baseline(kind: str) -> None:
    """Lift, curves and calibration, with the baseline's name in the legend and in the words for who does not see."""
    page = render_html(card(kind))
    drawings = re.findall(r'<svg class="chart".*?</svg>', page, flags=re.DOTALL)
    measured = [d for d in drawings if re.search("<title[^>]*>(Share with|Share without|Probabilities|Calibration at)", d)]

    assert len(measured) >= 2
    for drawing in measured:
        assert re.search(r'class="plain(-mark)?"', drawing)
        assert "logistic regression" in re.sub(r"<desc.*?</desc>", "", drawing) or "Calibration at" in drawing
        assert "logistic regression" in drawing[: drawing.index("</desc>")]


def test_a_telephone_reads_every_chart() -> None:
    """At 360 pixels a chart has 320: letters of twelve units in a drawing of 344 are eleven pixels, and no drawing is wider."""
    page = render_html(card())
    widths = [float(width) for width in re.findall(r'class="chart" viewBox="0 0 ([\d.]+) ', page)]
    letters = float(re.search(r"\.chart text \{[^}]*font-size: (\d+)px", page)[1])

    assert max(widths) * 11 <= letters * 320


def test_each_box_that_is_not_met_is_an_open_point_with_its_own_reason() -> None:
    """Inputs that moved, a band that was promised more than it held, known members against unknown: none is passed over."""
    whole = evidence()
    band = replace(whole.evaluation.served_band, predicted=0.52, observed=Estimate(value=0.40, low=0.34, high=0.46))
    band = replace(band, gap=Estimate(value=0.12, low=0.06, high=0.18))
    apart = replace(
        whole.audit.attributes[0],
        coverage=attribute("age", "age", (group("known", 0.19), group("unknown", 0.05)), (Verdict.FAIL,) * 4).disparities,
    )
    moved = replace(whole.stability, feature_psi=(("campaigns_running", 0.41),))
    whole = replace(
        whole,
        evaluation=replace(whole.evaluation, served_band=band),
        audit=replace(whole.audit, attributes=(apart, *whole.audit.attributes[1:])),
        stability=moved,
    )
    content = compiled(whole)
    points = [plain(point) for point in content["open_points"]]

    assert [box["verdict"] for box in content["verdicts"]] == ["meets", "misses", "misses", "meets", "misses"]
    assert any("it says 52.0\u00a0%, and it happened to 40.0\u00a0%" in point for point in points)
    assert any("known against unknown members (age of the head of household)" in point for point in points)
    assert points[-1].endswith("campaigns running 0.41.")
    assert "<h3>Members of known value against those of unknown</h3>" in render_html(content)
    assert "known against unknown members" in render_markdown(content, Standing(status=Status.CANDIDATE))


def test_an_open_point_makes_a_promotion_ask_for_a_reason() -> None:
    """All gates pass, and an input moved: the decision asks whoever promotes to say why, and names it."""
    whole = evidence()
    gates = (Gate(name="ranks", kind=GateKind.FLOOR, metric="roc_auc", limit=0.8),)
    moved = replace(whole, decision=None, stability=replace(whole.stability, feature_psi=(("campaigns_running", 0.41),)))

    decision = judge(gates, moved, card=FILLED)

    assert decision.outcome is Outcome.NEEDS_REASON
    assert decision.answer(Question.STEADY) is Answer.MISSES
    assert any(reason.startswith("steady, misses: moved from fit to test") for reason in decision.reasons)


def test_a_band_in_which_nobody_stands_is_not_assessed() -> None:
    """No customer of the test reaches the score from which customers are served: that is said, and judged as such."""
    whole = evidence()
    nobody = NotDefined(because="no test row reaches the band that is served")
    empty = Estimate(value=nobody)
    band = replace(whole.evaluation.served_band, n_rows=0, n_customers=0, predicted=nobody, observed=empty, gap=empty)

    content = compiled(replace(whole, evaluation=replace(whole.evaluation, served_band=band)))

    assert any("not defined, because no test row reaches the band" in plain(point) for point in content["open_points"])
    assert "not defined<small>because no test row reaches the band" in render_html(content)


def test_the_first_page_says_what_to_do_what_it_changes_and_who_answers() -> None:
    """A recommendation in words, a campaign of a stated size against the baseline, and the owner."""
    page = render_html(card())
    first = re.sub(r"\s+", " ", page[page.index('<header class="first-page">') : page.index("</header>")])

    for words in (
        "Use it for its purpose: where a campaign selects, it finds more than logistic regression does.",
        "213 of 2,126 customers, meets 130 (122 to 138) who lapse. Chosen by logistic regression it would meet 121 (113 to 129)",
        "The model’s part in that is 9.0 (5.0 to 13.0) customers.",
        "<b>team:growth</b> owns it",
    ):
        assert words in first


def test_a_refused_model_is_not_recommended() -> None:
    """The first thing that its card says to do is nothing."""
    assert plain(card(outcome=Outcome.REFUSED)["sentences"]["recommendation"]).startswith("Do not use it")


def test_verdicts_that_differ_do_not_share_a_colour() -> None:
    """Five answers, five colours, in the light and in the dark."""
    styles = render_html(card())
    used = re.findall(r"--shape: var\(--([\w-]+)\)", styles)

    assert sorted(used) == sorted({"accent", "misses", "unclear", "short-of", "quiet"})
    for theme in re.findall(r":root \{([^}]*)\}", styles)[:2]:
        colours = [re.search(rf"--{name}: (#\w+)", theme)[1] for name in ("accent", "misses", "unclear", "short-of", "quiet")]
        assert len(set(colours)) == 5


def test_a_figure_typed_into_the_reason_of_a_gate_is_not_printed() -> None:
    """It would grow old beside the measured one; no gate of the demo company has such a reason."""
    assert because({"because": "Cox reaches 0.845."}).startswith("Its reason is not printed")
    for spec in load_project("projects.complete_journey").models:
        assert [gate.because for gate in spec.gates] == [because({"because": gate.because}) for gate in spec.gates]


def test_words_that_all_models_share_speak_of_no_single_outcome() -> None:
    """A model of purchases does not warn of lapses."""
    from projects.complete_journey.statements import SHARED

    verbs = {spec.narrative.verb for spec in load_project("projects.complete_journey").models}

    for key, said in SHARED.items():
        words = getattr(said, "text", "") or said.reason
        assert not re.search(r"\b(a|the) lapses?\b", words), key
    assert verbs == {"buy", "lapse"}


def test_a_metric_that_no_gate_compares_has_a_margin_of_a_hundredth() -> None:
    """Of what a model that knows nothing gets, where lower is better."""
    from model_cards.differences import unnoticed

    tree = card()["evidence"]
    loss = next(m for m in tree["evaluation"]["metrics"] if m["name"] == "log_loss")
    ranks = next(m for m in tree["evaluation"]["metrics"] if m["name"] == "roc_auc")

    assert unnoticed(tree, loss) == pytest.approx(0.01 * loss["baselines"][-1][1]["value"])
    assert unnoticed(tree, ranks) == 0.005
