"""The sentences that read a section for its reader: what a figure comes to, in words, with references for every number."""

from collections.abc import Mapping
from typing import Any

from model_cards.differences import Reading, reading
from model_cards.paths import entries, number, slug
from model_cards.verdicts import answer
from tenure.evaluation.capacity import PRECISION
from tenure.gates import Answer, Question

Tree = Mapping[str, Any]
HEADLINE = f"evaluation.metrics.{PRECISION}"
_NOT_TAKEN_AT_WORD = (Answer.MISSES, Answer.INCONCLUSIVE, Answer.NOT_ASSESSED)


def sentences(tree: Tree, verb: str) -> dict[str, str]:
    """One sentence per section that has figures, with references."""
    return {
        "predicts": _headline(tree, verb),
        "probabilities": _probabilities(tree),
        "groups": _groups(),
        "changes": _changes(tree),
        "campaign": _campaign(tree, verb),
        "recommendation": _recommendation(tree),
    }


def headline_metric(tree: Tree) -> Mapping[str, Any] | None:
    """The metric behind the headline: how many of those called most likely have the outcome."""
    return next((metric for metric in tree["evaluation"]["metrics"] if metric["name"] == PRECISION), None)


def _headline(tree: Tree, verb: str) -> str:
    """Of a hundred customers called most likely, how many have the outcome: the model, the plain baseline, at random."""
    metric = headline_metric(tree)
    if metric is None:
        return "How many customers it finds was not measured."
    found = f"Of 100 customers it calls most likely to {verb}, {{{HEADLINE}.estimate.value:of100}} do"
    if not metric["baselines"]:
        return f"{found}{_at_random(tree)}; there is no baseline to compare it with."
    baseline = metric["baselines"][0][0]
    found += f"; of 100 that {baseline} calls so, {{{HEADLINE}.baselines.{slug(baseline)}.value:of100}}{_at_random(tree)}."
    return f"{found} {_difference(tree, metric, baseline)}".strip()


def _difference(tree: Tree, metric: Mapping[str, Any], baseline: str) -> str:
    """What the difference behind the headline comes to."""
    figure = f"{{{HEADLINE}.difference:.1p}}"
    match reading(tree, metric):
        case Reading.BETTER | Reading.WORSE as read:
            return f"That is {figure} in 100 {'more' if read is Reading.BETTER else 'fewer'} than by {baseline}."
        case Reading.UNTOLD:
            return f"The difference to {baseline}, {figure} in 100, cannot be told from zero."
        case Reading.NONE:
            return f"Whether that is more than by {baseline} cannot be told: the difference is {{{HEADLINE}.difference}}."
        case _:
            return f"The difference to {baseline}, {figure} in 100, is less than anybody would notice."


def _at_random(tree: Tree) -> str:
    """The share among all customers: the lift point that selects everybody, or the plain share where nobody is censored."""
    everybody = next((path for path, point in entries(tree, "evaluation.lift") if point["selected_rate"] == 1), None)
    if everybody:
        return f"; picking at random, {{{everybody}.event_rate.value:of100}} would"
    if tree["evaluation"]["censored_rate"] == 0 and tree["evaluation"]["n_rows"]:
        return "; picking at random, {evaluation.n_events/evaluation.n_rows:of100} would"
    return ""


def _campaign(tree: Tree, verb: str) -> str:
    """What a campaign of a usual day's size would meet, by the model, by the baseline and at random."""
    campaign, c = tree["evaluation"]["campaign"], "evaluation.campaign"
    if campaign is None:
        return "What it would change for a campaign was not measured."
    return (
        f"A campaign that selects the {{{c}.selected_rate:.0%}} ranked highest on a usual day, {{{c}.n_selected}} of "
        f"{{{c}.n_scored}} customers, meets {{{c}.reached:.0f}} who {verb}. Chosen by {campaign['baseline']} it would meet "
        f"{{{c}.reached_by_baseline:.0f}}, at random {{{c}.reached_at_random:.0f}}. The model’s part in that is "
        f"{{{c}.difference:.1f}} customers."
    )


def _recommendation(tree: Tree) -> str:
    """What to do with it, by rules that look at the decision, the difference to the baseline and the open points."""
    if tree["decision"]["outcome"] == "refused":
        return "Do not use it: the gates refused it, for the reasons below. It is shown so that the next one is better."
    said = [_whether(tree)]
    if answer(tree, Question.PROBABILITIES) in _NOT_TAKEN_AT_WORD:
        said.append("Rank customers by its score; do not count on the probabilities of those who are served.")
    if answer(tree, Question.GROUPS) is not Answer.MEETS:
        said.append("Whom it passes over is not settled: read that part before a campaign that somebody would miss.")
    points = tree["decision"]["open_points"]
    return " ".join([*said, "Whoever promotes it answers for the open points below." if points else "Nothing is left open."])


def _whether(tree: Tree) -> str:
    """Whether to use it rather than the plain baseline."""
    metric = headline_metric(tree)
    if metric is None or not metric["baselines"]:
        return "It may be used for its purpose; nothing plainer was there to compare it with."
    baseline = metric["baselines"][0][0]
    read = reading(tree, metric)
    if read is Reading.BETTER:
        return f"Use it for its purpose: where a campaign selects, it finds more than {baseline} does."
    if read in (Reading.WORSE, Reading.WORSE_UNNOTICED):
        return f"Prefer {baseline}: where a campaign selects, it finds more, and a person can read it."
    return (
        f"It may be used, and so might {baseline}: where a campaign selects, nothing shows that the model finds more by as much "
        "as anybody would notice. Keep it for what else it gives, or take the plainer one."
    )


def _probabilities(tree: Tree) -> str:
    """What became of those who are served, then of those given the highest and a middling probability."""
    bins = sorted(entries(tree, "evaluation.calibration"), key=lambda b: b[1]["predicted"])
    horizons = sorted(entries(tree, "evaluation.horizons"), key=lambda h: -(number(h[1]["mean_absolute_error"]) or 0.0))
    band, said = tree["evaluation"]["served_band"], []
    if band is not None and number(band["predicted"]) is not None:
        b = "evaluation.served_band"
        said.append(
            f"Of those who are served (score of {{{b}.from_score:.2f}} or more) it says {{{b}.predicted:of100}} in 100, and it "
            f"happened to {{{b}.observed.value:of100}} in 100."
        )
    if bins:
        top, middle = bins[-1][0], bins[len(bins) // 2][0]
        said.append(
            f"Over all customers: where it says {{{top}.predicted:of100}} in 100, it happened to "
            f"{{{top}.observed.value:of100}} in 100; where it says {{{middle}.predicted:of100}} in 100, to "
            f"{{{middle}.observed.value:of100}} in 100."
        )
    if horizons:
        worst = horizons[0][0]
        said.append(
            f"Over the horizons the mean gap is largest at {{{worst}.horizon_days}} days: {{{worst}.mean_absolute_error:.1%}}."
        )
    return " ".join(said) or "Whether probabilities hold was not measured."


def _groups() -> str:
    """What counts as enough people, and what is compared."""
    return (
        "Selected means {audit.selection_rule}. A group is judged when it has at least {audit.lines.min_customers} customers and "
        "{audit.lines.min_customers_with_event} with the event. Members of unknown value are in no group; how they fare against "
        "the known ones is a row of its own."
    )


def _changes(tree: Tree) -> str:
    """The challenger beside the champion on the same rows."""
    comparison = tree["evaluation"]["champion"]
    if comparison is None:
        return "There was no champion when this model was trained, so there is nothing to compare."
    c = "evaluation.champion"
    metric = next(
        (f"{{{p}.title}}" for p, m in entries(tree, "evaluation.metrics") if m["name"] == comparison["metric"]), f"{{{c}.metric}}"
    )
    return (
        f"On the same test rows, {metric} is {{{c}.challenger:.3f}} for this model and {{{c}.champion:.3f}} for champion version "
        f"{{{c}.champion_version}}: a difference of {{{c}.difference:.3f}}, positive being better."
    )
