"""What evidence says in each field that the pipeline fills: lines of text whose every figure is a reference.

One function per subject, `tree -> lines`, in `FACTS` by field number. Fields that only people fill are absent here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from model_cards import measured
from model_cards.consented import coverage
from model_cards.paths import entries, resolve
from model_cards.privacy_tests import privacy_tests
from model_cards.verdicts import reviewers_line
from tenure.levels import Level

Tree = Mapping[str, Any]
Lines = list[str]


def facts(number: int, tree: Tree) -> Lines:
    """Lines for one field, empty where evidence has nothing to say."""
    return FACTS[number](tree) if number in FACTS else []


def _identity(tree: Tree) -> Lines:
    return [
        "{model.title}: {model.project}.{model.name}, trained as of {model.as_of}, finished {model.trained_at}.",
        "Model digest {model.model_digest}; evidence schema {schema_version}.",
    ]


def _target(tree: Tree) -> Lines:
    lines = ["A {model.kind} model. The score is {model.score_means}.", "Outcome: {data.outcome_rule}."]
    if tree["model"]["kind"] == "survival":
        lines.append(
            "Survival is read at {model.horizons_days} days; follow-up in fitting reached {model.longest_follow_up_days} days."
        )
    return [*lines, "Share of test rows whose follow-up ended before the event: {evaluation.censored_rate}."]


def _algorithm(tree: Tree) -> Lines:
    parameters = ", ".join(f"{name} {{model.parameters.{key}}}" for key, name in measured.named(tree, "model.parameters"))
    scores = ", ".join(
        f"{name} {{model.calibration_scores.{key}:.4f}}" for key, name in measured.named(tree, "model.calibration_scores")
    )
    lines = ["{model.algorithm}, seed {model.seed:d}.", "Calibration: {model.calibration_method}."]
    lines += [f"Parameters: {parameters}."] if parameters else []
    return lines + ([f"Proper score of each calibration tried (lower is better): {scores}."] if scores else [])


def _environment(tree: Tree) -> Lines:
    n_packages = len(tree["environment"]["packages"])
    listed = "; every package with its version and licence is in the register below" if n_packages else ""
    return [
        f"Code {{environment.code_commit}}, lock {{environment.lock_digest:short}}{listed}.",
        "Python {environment.python} on {environment.platform}.",
        *_bill(tree),
    ]


def _bill(tree: Tree) -> Lines:
    """The bill of materials by licence."""
    bill = "environment.bill"
    if tree["environment"]["bill"] is None:
        return []
    licences = ", ".join(f"{name} {{{bill}.licences.{key}}}" for key, name in measured.named(tree, f"{bill}.licences"))
    unknown = f"No licence is declared by: {{{bill}.licence_unknown}}." if resolve(tree, f"{bill}.licence_unknown") else ""
    return [
        f"Bill of materials: sbom.json in the package (CycloneDX), {{{bill}.n_packages}} installed packages, digest "
        f"{{{bill}.digest:short}}.",
        f"Licences as the packages declare them: {licences}.",
        unknown or "Every package declares a licence.",
    ]


def _compute(tree: Tree) -> Lines:
    return [
        "Training took {model.training_seconds:.1f} seconds on {model.n_threads} threads, at most {model.peak_memory_mb:.0f} MB.",
    ]


def _training_data(tree: Tree) -> Lines:
    lines = [
        f"{{{p}.role}}: {{{p}.n_rows}} rows of {{{p}.n_customers}} customers, {{{p}.n_events}} with the event, "
        f"{{{p}.censored_rate}} censored, {{{p}.n_snapshots}} snapshots from {{{p}.first_as_of}} to {{{p}.last_as_of}}, "
        f"outcomes known until {{{p}.known_until}}."
        for p, _ in entries(tree, "data.periods")
    ]
    before = [] if tree["data"]["activity_version"] is None else ["activity at version {data.activity_version:d}"]
    roll_ups = tree["data"].get("history_versions", [])
    at = [p for p, _ in entries(tree, "data.history_versions")] if roll_ups else []
    named = [f"{name} at version {{{p}:d}}" for (name, _), p in zip(roll_ups, at, strict=True)]
    read = " and ".join(["read from features at version {data.features_version:d}", *(named or before)])
    sources = ", ".join(f"{{{p}.name}} {{{p}.lake_version:d}}" for p, _ in entries(tree, "data.sources"))
    lines.append(f"Training set digest {{data.training_set_digest:short}}, {read}.")
    return [*lines, f"Sources behind them, at their versions of that moment: {sources}."] if sources else lines


def _provenance(tree: Tree) -> Lines:
    lines = [f"{{{p}.title}}: {{{p}.grain}}; known {{{p}.available}}." for p, _ in entries(tree, "data.sources")]
    return [*lines, "Label: {data.outcome_rule}."]


def _quality(tree: Tree) -> Lines:
    lines = [
        f"{{{p}.title}}: {{{p}.n_received}} rows received, {{{p}.n_quarantined}} quarantined; "
        f"days landed: {{{p}.n_days}}, withheld: {{{p}.n_days_withheld}}."
        for p, _ in entries(tree, "data.sources")
    ]
    missing = [f"{{{p}.name}} {{{p}.missing_rate}}" for p, item in entries(tree, "features") if item["missing_rate"] > 0]
    return [*lines, f"Inputs with missing values: {', '.join(missing)}." if missing else "No input has missing values."]


def _gaps(tree: Tree) -> Lines:
    return [f"{{{p}.title}}: {{{p}.limitation}}" for p, item in entries(tree, "data.sources") if item["limitation"]]


def _features(tree: Tree) -> Lines:
    return [
        f"{{{p}.name}} ({{{p}.unit}}): {{{p}.meaning}}; imposed direction: {{{p}.direction}}."
        for p, _ in entries(tree, "features")
    ]


def _protected(tree: Tree) -> Lines:
    lines = [
        f"{{{p}.title}}: from {{{p}.source}}, known for {{{p}.n_known}} of {{{p}.n_customers}} customers."
        for p, _ in entries(tree, "data.attributes")
    ]
    return [*lines, "Never an input: {never_used}."] if tree["never_used"] else lines


def _thresholds(tree: Tree) -> Lines:
    return ["Selected: {audit.selection_rule}."]


def _gates(tree: Tree) -> Lines:
    if tree["decision"] is None:
        return []
    under = " under policy {policy.digest}" if tree["policy"] else ", under no policy: there was no trust root yet"
    lines = [f"Decision: {{decision.outcome}}{under}."]
    for path, verdict in entries(tree, "decision.verdicts"):
        line = reviewers_line(path, verdict)
        beside = f" Reviewers’ line: {line}." if line else ""
        lines.append(f"{{{path}.gate.name}}: {{{path}.result}}. {{{path}.found}}.{beside}")
    return lines


def _security(tree: Tree) -> Lines:
    """What keeps a changed or hostile model out; the tests of it are part of the code, not of one training."""
    files = "; its files: {model.files}" if tree["model"]["files"] else ""
    return [
        f"Format: native text and tables alone (LightGBM’s text, JSON){files}. No pickle and no code is in the package or read "
        "from it.",
        "Every file is named with size and digest in the package’s manifest; the training service signs a statement of what the "
        "package was made from, and each reviewer signs the digests of model, card, audit and policy.",
        "The scorer proves log, signatures, quorum and every byte before it parses one, and refuses what does not hold.",
        "Tested with the code, for every kind of file: changed bytes, added and missing files, links, replayed and forged "
        "signatures.",
    ]


NEVER_THE_TRAINER = "Whoever trained it never counts."
ONE_MAY = "Whoever trained it may count: the trust root names somebody who may approve what they trained."


def _approvals(tree: Tree) -> Lines:
    """What is asked of people; who approved is shown beside the card, for it happens after the card is sealed."""
    if tree["policy"] is None:
        return ["There was no trust root when this model was trained, so nobody can approve it: make one, then train again."]
    return [
        "Reviewers who must approve before it may serve: {policy.reviewers}, each a different person with a key of their own.",
        ONE_MAY if tree["policy"].get("one_person_may") else NEVER_THE_TRAINER,
        *_level(tree),
        "A rejection never counts, nor does an approval of another model, card, audit or policy.",
        "An approval can be used for {policy.approval_lasts_days} days; after that somebody reads the card again.",
        "Who approved is not part of the sealed card: it is shown with where the card stands, and recorded in the promotion log.",
    ]


def _level(tree: Tree) -> Lines:
    """The level of governance under which it was trained; nothing on cards from before levels had names."""
    level = tree["policy"].get("level")
    return [f"Trained at the level of {Level(level).in_words}."] if level else []


def _monitoring(tree: Tree) -> Lines:
    alarm = (
        "Drift alarm: stability index above {monitoring.psi_limit} in {monitoring.alarm_windows} of "
        "{monitoring.alarm_of_windows} days"
    )
    lines = [alarm + ".", _false_alarms(tree), "Retraining is asked for after {monitoring.max_age_days} days."]
    if tree["policy"] is None:
        return lines
    return [
        *lines,
        "People review it again within {policy.review_within_days} days of its promotion; after that day the scorer refuses it.",
    ]


def _false_alarms(tree: Tree) -> str:
    monitoring = tree["monitoring"]
    if monitoring["false_alarm_rate"] is None:
        return (
            "How often it would be raised on unchanged customers is not known: a usual day has too few of them for the rule to "
            "speak."
        )
    if monitoring["false_alarm_high_rate"] is None:
        return "False alarms on unchanged customers: {monitoring.false_alarm_rate} of quarters, without an interval."
    return (
        "False alarms on unchanged customers: in {monitoring.false_alarm_rate} of {monitoring.false_alarm_quarters} simulated "
        "quarters; with that few, the rate may be as high as {monitoring.false_alarm_high_rate} (upper end of its interval)."
    )


def _logging(tree: Tree) -> Lines:
    return [
        "Kept for as long as the store is kept: receipts of landed batches, quarantined rows with their rule, the version of "
        "every table read, every score with model digest and features digest, every approval, rejection, promotion and "
        "revocation with its reason and signature.",
        "Nothing of it is deleted by the clock yet.",
    ]


FACTS: dict[int, Callable[[Tree], Lines]] = {
    1: _identity,
    2: lambda tree: ["Owner: {model.owner}."],
    3: _target,
    4: _algorithm,
    5: _environment,
    6: _compute,
    12: coverage,
    15: _training_data,
    16: _provenance,
    17: _quality,
    18: _gaps,
    19: _features,
    20: _protected,
    21: measured.evaluation_data,
    22: measured.metrics,
    23: measured.results,
    24: measured.calibration,
    25: measured.groups,
    26: measured.selection,
    27: measured.fairness,
    28: measured.benchmarks,
    29: measured.robustness,
    30: measured.explanation,
    31: privacy_tests,
    32: _security,
    36: _thresholds,
    38: _gates,
    39: _approvals,
    40: _monitoring,
    41: _logging,
    42: measured.champion,
}
