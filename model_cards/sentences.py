"""The sentences that read a section for its reader: what a figure comes to, in words, with references for every number."""

from collections.abc import Mapping
from typing import Any

from model_cards.paths import entries, number

Tree = Mapping[str, Any]
TOP_SHARE = 0.1  # of the lift points, the one nearest to the best tenth speaks for "most likely"


def sentences(tree: Tree, verb: str) -> dict[str, str]:
    """One sentence per section that has figures, with references."""
    return {
        "predicts": _headline(tree, verb),
        "probabilities": _probabilities(tree),
        "groups": _groups(tree),
        "changes": _changes(tree),
    }


def _headline(tree: Tree, verb: str) -> str:
    """Of a hundred customers called most likely, how many have the outcome; of a hundred at random, how many would."""
    points = sorted(entries(tree, "evaluation.lift"), key=lambda p: abs(p[1]["selected_rate"] - TOP_SHARE))
    curves = sorted(entries(tree, "evaluation.curves"), key=lambda c: c[1]["observed"][-1])
    if points:
        found = f"{{{points[0][0]}.event_rate.value:of100}}"
        return f"Of 100 customers it calls most likely to {verb}, {found} do{_at_random(tree, points)}."
    if len(curves) > 1:
        (high, top), (low, _) = curves[0], curves[-1]
        last = len(top["days"]) - 1
        return (
            f"After {{{high}.days.{last}}} days, {{{high}.observed.{last}:of100}} of 100 customers in band “{{{high}.label}}” "
            f"have yet to {verb}; "
            f"in band “{{{low}.label}}”, {{{low}.observed.{last}:of100}} of 100."
        )
    return "How many customers it finds was not measured."


def _at_random(tree: Tree, points: list[tuple[str, Any]]) -> str:
    """The share among all customers: the lift point that selects everybody, or the plain share where nobody is censored."""
    everybody = next((path for path, point in points if point["selected_rate"] == 1), None)
    if everybody:
        return f"; picking at random, {{{everybody}.event_rate.value:of100}} would"
    if tree["evaluation"]["censored_rate"] == 0 and tree["evaluation"]["n_rows"]:
        return "; picking at random, {evaluation.n_events/evaluation.n_rows:of100} would"
    return ""


def _probabilities(tree: Tree) -> str:
    """What became of those given the highest and a middling probability."""
    bins = sorted(entries(tree, "evaluation.calibration"), key=lambda b: b[1]["predicted"])
    horizons = sorted(entries(tree, "evaluation.horizons"), key=lambda h: -(number(h[1]["mean_absolute_error"]) or 0.0))
    said = []
    if bins:
        top, middle = bins[-1][0], bins[len(bins) // 2][0]
        said.append(
            f"Where it says {{{top}.predicted:of100}} in 100, it happened to {{{top}.observed.value:of100}} in 100; "
            f"where it says {{{middle}.predicted:of100}} in 100, to {{{middle}.observed.value:of100}} in 100."
        )
    if horizons:
        worst = horizons[0][0]
        said.append(
            f"Over the horizons the mean gap is largest at {{{worst}.horizon_days}} days: {{{worst}.mean_absolute_error:.1%}}."
        )
    return " ".join(said) or "Whether probabilities hold was not measured."


def _groups(tree: Tree) -> str:
    """What counts as enough people, and what is compared."""
    return (
        "Selected means {audit.selection_rule}. A group is judged when it has at least {audit.lines.min_customers} customers and "
        "{audit.lines.min_customers_with_event} with the event; unknown values are shown and never judged."
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
        f"On the same test rows, {metric} is {{{c}.challenger}} for this model and {{{c}.champion}} for champion version "
        f"{{{c}.champion_version}}: a difference of {{{c}.difference}}, positive being better."
    )
