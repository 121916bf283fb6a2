"""What a model is: the typed, reviewed statement from which assets, audit, card, registry name and pages derive.

A spec holds meaning (who is scored, what is predicted, what must hold before it may serve). Place lives in the environment.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.statements import Narrative, likely
from tenure.timeline import SnapshotPlan

# However long a spec lets its model serve, after a year somebody looks again.
LONGEST_SERVICE_DAYS = 366
# What is measured of each kind of model, and a gate may name; of survival also the figures of each horizon.
PROPENSITY_METRICS = frozenset({
    "roc_auc", "average_precision", "brier_score", "brier_skill", "log_loss", "expected_calibration_error",
    "calibration_intercept", "calibration_slope", "precision_top_band", "lift_top_band",
})  # fmt: skip
SURVIVAL_METRICS = frozenset({
    "integrated_brier_score", "ibs_skill_over_kaplan_meier", "ibs_gain_over_cox", "uno_c", "harrell_c",
    "precision_top_band", "lift_top_band",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Population:
    """Who is scored: customers who bought within so many days before `as_of`."""

    bought_within_days: int

    def __post_init__(self) -> None:
        """Refuse a population of nobody."""
        if self.bought_within_days < 1:
            raise SpecError(f"A population bought within a day at least, found bought_within_days={self.bought_within_days}.")

    @property
    def in_words(self) -> str:
        """The population as a reader would say it."""
        return f"customers who bought within the {self.bought_within_days} days before the scoring day"


class Outcome(StrEnum):
    """What a propensity model predicts within its label window."""

    PURCHASE = "at least one purchase"
    NO_PURCHASE = "no purchase"


class GateKind(StrEnum):
    """How a gate is judged."""

    FLOOR = "at least"
    CEILING = "at most"
    BEATS_BASELINE = "better than the baseline"
    NOT_WORSE_THAN_BASELINE = "not worse than the baseline"
    NOT_WORSE_THAN_CHAMPION = "not worse than the champion"
    AUDIT = "bias audit has no failure"
    CARD_COMPLETE = "model card complete"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One condition of promotion.

    `limit` is a bound on the metric's `bound` ("value", "low" or "high" end of its interval); for BEATS_BASELINE what the
    lower end of the paired improvement must exceed; for NOT_WORSE_THAN_BASELINE and NOT_WORSE_THAN_CHAMPION the margin by
    which that lower end may fall below zero.

    `reviewers_line` is the stricter line that reviewers hold a model against, on the same figure: the bound of a floor or
    ceiling, and for a comparison what the lower end of the improvement must exceed. It is shown beside the result and
    refuses nothing.
    """

    name: str
    kind: GateKind
    metric: str = ""
    limit: float = 0.0
    bound: str = "value"
    because: str = ""
    reviewers_line: float | None = None


@dataclass(frozen=True, kw_only=True)
class LightGBMParameters:
    """Parameters of a gradient-boosted model; names are LightGBM's own.

    `n_seeds` models that differ in the seed of their row and column samples are averaged on the log-odds scale.
    `start_share` is the share of the logistic baseline's log-odds from which the trees start; 0 starts at the event rate.
    """

    n_rounds: int = 300
    learning_rate: float = 0.03
    num_leaves: int = 7
    min_data_in_leaf: int = 200
    feature_fraction: float = 0.5
    bagging_fraction: float = 0.7
    bagging_freq: int = 1
    lambda_l2: float = 10.0
    extra_trees: bool = False
    n_seeds: int = 1
    start_share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PropensitySpec:
    """A model of the probability of an outcome within a label window."""

    name: str
    title: str
    owner: str
    population: Population
    outcome: Outcome
    label_window_days: int
    features: tuple[Feature, ...]
    protected: tuple[str, ...]
    gates: tuple[Gate, ...]
    narrative: Narrative
    snapshots: SnapshotPlan = field(default_factory=SnapshotPlan)
    parameters: LightGBMParameters = field(default_factory=LightGBMParameters)
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    top_band_share: float = 0.10
    seed: int = 20170101
    max_age_days: int = 120

    def __post_init__(self) -> None:
        """Refuse a spec that could not be trained or audited."""
        check_model(self)
        if self.label_window_days < 1:
            raise SpecError(
                f"Model {self.name!r} has a label window of {self.label_window_days} days; expected a day at least, in which "
                "something can happen."
            )

    @property
    def metrics(self) -> frozenset[str]:
        """What is measured of the model, and a gate may name."""
        return PROPENSITY_METRICS

    @property
    def outcome_days(self) -> int:
        """Days of follow-up that a label needs."""
        return self.label_window_days

    @property
    def purge_days(self) -> int:
        """Days left out between fit, calibration and test: no label of one looks into the next."""
        return self.label_window_days

    @property
    def score_means(self) -> str:
        """What the score says, in words."""
        return f"the probability of {self.outcome} within {self.label_window_days} days from the scoring day"


@dataclass(frozen=True, kw_only=True)
class SurvivalSpec:
    """A model of the time until a pause in purchases is complete.

    The event is the completion of the `pause_days`-th consecutive day without a purchase, counted from the last purchase.
    `horizons_days` are where the survival curve is read; the score is P(event within `score_horizon_days`).
    """

    name: str
    title: str
    owner: str
    population: Population
    pause_days: int
    horizons_days: tuple[int, ...]
    score_horizon_days: int
    features: tuple[Feature, ...]
    protected: tuple[str, ...]
    gates: tuple[Gate, ...]
    narrative: Narrative
    snapshots: SnapshotPlan = field(default_factory=SnapshotPlan)
    parameters: LightGBMParameters = field(default_factory=LightGBMParameters)
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    top_band_share: float = 0.10
    seed: int = 20170101
    max_age_days: int = 120

    def __post_init__(self) -> None:
        """Refuse a spec that could not be trained or audited."""
        check_model(self)
        if min(self.horizons_days, default=0) < 1:
            raise SpecError(f"Model {self.name!r} must read its curve at horizons of at least 1 day, found {self.horizons_days}.")
        if self.score_horizon_days not in self.horizons_days:
            raise SpecError(
                f"Model {self.name!r} scores at {self.score_horizon_days} days, "
                f"which is not among its horizons {self.horizons_days}."
            )
        if self.population.bought_within_days > self.pause_days:
            raise SpecError(
                f"Model {self.name!r}: the population reaches back {self.population.bought_within_days} days, further than the "
                f"pause of {self.pause_days} days, so some of its customers would have had the event before they are scored."
            )

    @property
    def metrics(self) -> frozenset[str]:
        """What is measured of the model, and a gate may name."""
        of_horizons = {f"{what}_{days}d" for what in ("brier", "calibration_error") for days in self.horizons_days}
        return SURVIVAL_METRICS | of_horizons

    @property
    def outcome_days(self) -> int:
        """Days of follow-up that the longest horizon needs."""
        return max(self.horizons_days)

    @property
    def purge_days(self) -> int:
        """None: the follow-up of each role is cut where the next begins."""
        return 0

    @property
    def score_means(self) -> str:
        """What the score says, in words."""
        return (
            f"the probability that a pause of {self.pause_days} days without a purchase is complete within "
            f"{self.score_horizon_days} days from the scoring day"
        )


ModelSpec = PropensitySpec | SurvivalSpec


def check_model(spec: ModelSpec) -> None:
    """Refuse a model whose inputs include what it is audited by, or that repeats a feature."""
    names = [feature.name for feature in spec.features]
    shared = sorted(set(names) & set(spec.protected))
    if shared:
        raise SpecError(
            f"Model {spec.name!r} uses {shared} as inputs, but they are protected attributes; remove one or the other."
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated or not names:
        raise SpecError(f"Model {spec.name!r} must list each feature once, and at least one; repeated: {repeated}.")
    if not spec.name.isidentifier() or not spec.name.islower():
        raise SpecError(
            f"Model name {spec.name!r} must be lower-case letters, digits and underscores: it names keys and folders."
        )
    if not 1 <= spec.max_age_days <= LONGEST_SERVICE_DAYS:
        raise SpecError(
            f"Model {spec.name!r} asks for a review within {spec.max_age_days} days; expected a day at least and "
            f"{LONGEST_SERVICE_DAYS} at most. Correct its max_age_days."
        )
    for gate in spec.gates:
        check_gate(gate)
        if gate.kind not in (GateKind.AUDIT, GateKind.CARD_COMPLETE) and gate.metric not in spec.metrics:
            raise SpecError(
                f"Gate {gate.name!r} of model {spec.name!r} is on {gate.metric!r}, which is not measured of such a model. "
                f"{likely(gate.metric, spec.metrics)}"
            )
    if not 0 < spec.top_band_share < 1:
        raise SpecError(f"Model {spec.name!r} has a top band of {spec.top_band_share:g}; expected a share between 0 and 1.")
    unknown = sorted({*spec.raises, *spec.lowers} - set(names))
    if unknown or set(spec.raises) & set(spec.lowers):
        raise SpecError(
            f"Model {spec.name!r} imposes a direction on {unknown}, which are not its features, or two on one feature."
        )


def check_gate(gate: Gate) -> None:
    """Refuse a gate that would claim more than it asks, or whose reviewers' line is not the stricter one."""
    margins = (GateKind.NOT_WORSE_THAN_BASELINE, GateKind.NOT_WORSE_THAN_CHAMPION)
    if gate.limit < 0 and gate.kind in (GateKind.BEATS_BASELINE, *margins):
        raise SpecError(
            f"Gate {gate.name!r} ({gate.kind}) has a limit of {gate.limit:g}, expected zero or more. A shortfall is allowed by "
            f"{margins[0].name} or {margins[1].name}, with the margin as its limit."
        )
    if gate.bound not in ("value", "low", "high"):
        raise SpecError(f"Gate {gate.name!r} is on the {gate.bound!r} of a figure; expected value, low or high.")
    line = gate.reviewers_line
    if line is None:
        return
    asked = -gate.limit if gate.kind in margins else gate.limit
    has_figure = gate.kind not in (GateKind.AUDIT, GateKind.CARD_COMPLETE)
    if not has_figure or not (line < asked if gate.kind is GateKind.CEILING else line > asked):
        raise SpecError(
            f"Gate {gate.name!r} ({gate.kind}) states {line:g} as the reviewers' line, expected one stricter than the {asked:g} "
            "that it asks. Leave it out where the gate asks as much as reviewers do, or has no figure."
        )


def directions(spec: ModelSpec) -> tuple[int, ...]:
    """For each feature the imposed direction: 1 where it may only raise the score, -1 only lower it, 0 either way."""
    return tuple((f.name in spec.raises) - (f.name in spec.lowers) for f in spec.features)


def lookback_days(spec: ModelSpec) -> int:
    """The longest window that any of the model's features reads."""
    return max(feature.lookback_days or 0 for feature in spec.features)
