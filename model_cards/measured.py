"""What evidence says in the fields of figures: results, calibration, groups, benchmarks. Each line's figures are references.

One function per subject, `tree -> lines`; `facts.py` says which field each fills.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from model_cards.differences import form, reading
from model_cards.paths import entries, resolve

Tree = Mapping[str, Any]
Lines = list[str]


def named(tree: Tree, path: str) -> Iterator[tuple[str, str]]:
    """Path key and printed name of each pair in a list of pairs."""
    for (full, _), pair in zip(entries(tree, path), resolve(tree, path), strict=True):
        yield full.removeprefix(f"{path}."), pair[0]


def evaluation_data(_: Tree) -> Lines:
    """Which rows it was tested on, and why they are apart."""
    return [
        "{evaluation.n_rows} rows of {evaluation.n_customers} customers from {evaluation.test_from} to {evaluation.test_to}, "
        "{evaluation.n_events} with the event, outcomes known until {evaluation.known_until}.",
        "Split: {data.split_rule}.",
    ]


def metrics(tree: Tree) -> Lines:
    """What each metric says."""
    return [f"{{{p}.title}}: {{{p}.definition}}" for p, _ in entries(tree, "evaluation.metrics")]


def results(tree: Tree) -> Lines:
    """Every metric with its interval."""
    lines = [f"{{{p}.title}}: {{{p}.estimate{_form(item)}}}." for p, item in entries(tree, "evaluation.metrics")]
    return lines + [
        f"At {{{p}.horizon_days}} days: calibration error {{{p}.mean_absolute_error}}."
        for p, _ in entries(tree, "evaluation.horizons")
    ]


def _form(metric: Mapping[str, Any]) -> str:
    """The decimals of a metric, as a reference asks for them."""
    return f":{asked}" if (asked := form(metric)) else ""


def calibration(tree: Tree) -> Lines:
    """Predicted against observed: of those who are served, then by bins."""
    bins = [("Within the label window", "evaluation.calibration")] + [
        (f"Within {{{p}.horizon_days}} days", f"{p}.bins") for p, _ in entries(tree, "evaluation.horizons")
    ]
    lines = [
        f"{when}, predicted and observed: " + "; ".join(f"{{{p}.predicted}} and {{{p}.observed}}" for p, _ in found) + "."
        for when, path in bins
        if (found := list(entries(tree, path)))
    ]
    if tree["evaluation"]["served_band"] is None:
        return lines
    b = "evaluation.served_band"
    served = (
        f"Served, with a score of {{{b}.from_score:.2f}} or more: predicted {{{b}.predicted}}, observed {{{b}.observed}} in "
        f"{{{b}.n_rows}} rows of {{{b}.n_customers}} customers; a gap of {{{b}.gap:.3f}}, where at most {{{b}.line}} either way "
        "is asked."
    )
    return [served, *lines]


def groups(tree: Tree) -> Lines:
    """Each group's figures, or why it has none."""
    return [
        f"{{{a}.title}}: " + "; ".join(_group(tree, g) for g, _ in entries(tree, f"{a}.groups")) + "."
        for a, item in entries(tree, "audit.attributes")
        if any(group["assessable"] for group in item["groups"])
    ] + [
        f"{{{a}.title}}: no group has enough customers to be judged."
        for a, item in entries(tree, "audit.attributes")
        if not any(group["assessable"] for group in item["groups"])
    ]


def _group(tree: Tree, g: str) -> str:
    """One group's figures, or why it has none."""
    figures = ", ".join(f"{name.replace('_', ' ')} {{{g}.figures.{key}}}" for key, name in named(tree, f"{g}.figures"))
    if not figures:
        return f"{{{g}.group}} {{{g}.why_not}}"
    return f"{{{g}.group}}, {{{g}.n_customers}} customers, {{{g}.n_customers_with_event}} with the event: {figures}"


def selection(tree: Tree) -> Lines:
    """Who counts as selected, and how often each group is."""
    lines = ["Selected: {audit.selection_rule}."]
    return lines + [
        f"{{{d}.title}} by {{{a}.title}}: {{{d}.estimate}}."
        for a, _ in entries(tree, "audit.attributes")
        for d, item in entries(tree, f"{a}.disparities")
        if "selection" in item["measure"] and item["estimate"]
    ]


def fairness(tree: Tree) -> Lines:
    """Every gap with its verdict, between groups and of known against unknown members."""
    audited = list(entries(tree, "audit.attributes"))
    judged = [(a, item) for a, item in audited if any(d["verdict"] != "not assessable" for d in item["disparities"])]
    lines = (
        [f"{{{d}.title}} is held against: {{{d}.line}}." for d, _ in entries(tree, f"{audited[0][0]}.disparities")]
        if audited
        else []
    )
    lines += [f"{{{a}.title}}: " + _verdicts(tree, f"{a}.disparities") for a, _ in judged]
    lines += [f"{{{a}.title}}: not assessable in any measure." for a, item in audited if (a, item) not in judged]
    return lines + [
        f"{{{a}.title}}, known against unknown members: " + _verdicts(tree, f"{a}.coverage")
        for a, item in audited
        if item["coverage"]
    ]


def _verdicts(tree: Tree, path: str) -> str:
    """Every gap below a path with its verdict and its reason."""
    return "; ".join(f"{{{d}.title}}: {{{d}.verdict}} ({{{d}.reason}})" for d, _ in entries(tree, path)) + "."


def benchmarks(tree: Tree) -> Lines:
    """Every metric beside its baselines, and what the difference comes to."""
    lines = [
        f"{{{p}.title}}: {{{p}.estimate{_form(item)}}}; "
        + ", ".join(f"{name} {{{p}.baselines.{key}{_form(item)}}}" for key, name in named(tree, f"{p}.baselines"))
        + (f"; difference {{{p}.difference{_form(item)}}} {reading(tree, item)}".rstrip() if item["difference"] else "")
        + "."
        for p, item in entries(tree, "evaluation.metrics")
        if item["baselines"]
    ]
    return lines + champion(tree)


def champion(tree: Tree) -> Lines:
    """The champion on the same rows."""
    if tree["evaluation"]["champion"] is None:
        return ["There was no champion to compare with."]
    c = "evaluation.champion"
    return [
        f"Champion version {{{c}.champion_version}} on the same rows: {{{c}.metric}} {{{c}.champion}}, "
        f"this model {{{c}.challenger}}: a difference of {{{c}.difference}}, positive being better."
    ]


def robustness(tree: Tree) -> Lines:
    """How far the event, the scores and the inputs moved."""
    shares = ", ".join(f"{{{p}.role}} {{{p}.n_events/{p}.n_rows}}" for p, _ in entries(tree, "data.periods"))
    lines = [f"Share of rows with the event, by period: {shares}."]
    lines.append("Alarm when the stability index stays above {monitoring.psi_limit}.")
    if tree["stability"]:
        lines.append("Scores moved by a stability index of {stability.score_psi} from the fit to the test rows.")
    return [*lines, "Behaviour under many times the volume is tested with the code, not with this version."]


def explanation(tree: Tree) -> Lines:
    """How much each input was used, and on which scale reasons are."""
    step = {"none": "no calibration was applied after them, so reasons and score are on one scale"}.get(
        tree["model"]["calibration_method"],
        "calibration ({model.calibration_method}) was applied after them and keeps their order",
    )
    return [f"Reason codes are shares of the log-odds; {step}."] + [
        f"{{{p}.feature}}: {{{p}.gain_rate}} of the total gain." for p, _ in entries(tree, "evaluation.effects")
    ]
