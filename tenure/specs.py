"""What a model is: the typed, reviewed statement from which assets, audit, card, registry name and pages derive.

A spec holds meaning (who is scored, what is foreseen, what must hold before it may serve). Place lives in the environment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tenure.conditions import largest
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.gate import ON_A_METRIC, TELLS_OF_NOBODY, USUAL_GATES, Gate, GateKind, check_gate, metrics_of, usual_gates
from tenure.outcomes import TRAINED, Kind, Outcome
from tenure.outcomes.at_risk import check_at_risk
from tenure.outcomes.until import Target, TimeUntil
from tenure.parameters import ONE_DAY_PARAMETERS, USUAL_PARAMETERS, LightGBMParameters
from tenure.populations import Population
from tenure.statements import ANY_VERB, Narrative, likely
from tenure.timeline import LAST_DAY_OF_EACH_MONTH, Folds, SnapshotPlan

# However long a spec lets its model serve, after a year somebody looks again.
LONGEST_SERVICE_DAYS = 366
# A calibration is chosen by leaving out one snapshot at a time.
FEWEST_CALIBRATION_SNAPSHOTS = 2


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model of one company: of whom it foresees what, from which features.

    Parameters
    ----------
    name: names keys and folders; `title` is for people, by default what it foresees.
    population: who is scored (`tenure.populations`).
    foresees: what is foreseen of each of them (`tenure.outcomes`); the kind of model follows from it.
    features: its inputs; None for those of the project, without any that would tell what is foreseen.
    protected: attributes by which it is audited, and which it never reads.
    gates: what must hold before it may serve; by default the usual ones (`tenure.gate`). The one on privacy is always asked.
    snapshots: how training days are laid over the history.
    split: for one snapshot without days before it: customers are kept apart instead (`folds(5)`).
    parameters: of the trees; by default those of a customer base in many snapshots, and for a probability with `split`, those of
        one table of customers.
    raises, lowers: features that may only raise, or only lower, the score.
    purpose: the name of the purpose for which it is made; by default the project's only one.
    """

    name: str
    owner: str
    population: Population
    foresees: Outcome
    title: str = ""
    features: tuple[Feature, ...] | None = None
    protected: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = USUAL_GATES
    narrative: Narrative = field(default_factory=Narrative)
    snapshots: SnapshotPlan = field(default_factory=SnapshotPlan)
    split: Folds | None = None
    parameters: LightGBMParameters = USUAL_PARAMETERS
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    top_band_share: float = 0.10
    seed: int = 20170101
    max_age_days: int = 120
    purpose: str = ""

    def __post_init__(self) -> None:
        """Fill in what follows from the rest, and refuse a model that could not be trained or audited."""
        if self.gates is USUAL_GATES and isinstance(self.foresees, Outcome):
            object.__setattr__(self, "gates", usual_gates(self.foresees))
        if not any(gate.kind is GateKind.PRIVACY for gate in self.gates):
            object.__setattr__(self, "gates", (*self.gates, TELLS_OF_NOBODY))
        check_model(self)
        if self.parameters is USUAL_PARAMETERS and self.split is not None and self.foresees.kind is Kind.PROPENSITY:
            object.__setattr__(self, "parameters", ONE_DAY_PARAMETERS)
        if self.narrative.verb == ANY_VERB:
            object.__setattr__(self, "narrative", replace(self.narrative, verb=self.foresees.verb))
        if not self.title:
            object.__setattr__(self, "title", _title(self.foresees))
        if self.features is not None:
            _check_inputs(self, self.features)

    @property
    def kind(self) -> Kind:
        """What kind of model it takes."""
        return self.foresees.kind

    @property
    def inputs(self) -> tuple[Feature, ...]:
        """Its features, once it is known which."""
        if self.features is None:
            raise SpecError(f"Model {self.name!r} names no features, and the project's were not given to it (with_features).")
        return self.features

    @property
    def metrics(self) -> frozenset[str]:
        """What is measured of the model, and a gate may name."""
        return metrics_of(self.foresees)

    @property
    def cox_share(self) -> float:
        """The share of Cox from which its trees start: none where days are quiet, or where Cox might go against a direction."""
        is_free = self.kind is Kind.SURVIVAL and self.foresees.clock is None and not (self.raises or self.lowers)
        return self.parameters.cox_share if is_free else 0.0

    @property
    def outcome_days(self) -> int:
        """Days of follow-up that a label needs."""
        return self.foresees.follow_up_days

    @property
    def purge_days(self) -> int:
        """Days left out between fit, calibration and test: no label of one looks into the next."""
        return self.foresees.purge_days

    @property
    def is_followed(self) -> bool:
        """Whether customers are followed for as long as they are seen, so that a label may be cut anywhere."""
        return self.kind is Kind.SURVIVAL and self.split is None and not self.foresees.is_looked_back

    @property
    def horizons_days(self) -> tuple[int, ...]:
        """Where a survival curve is read; none for a probability."""
        return self.foresees.horizons_days

    @property
    def score_horizon_days(self) -> int:
        """Days after which a score can be held against what happened."""
        return self.foresees.score_days

    @property
    def score_means(self) -> str:
        """What the score says, in words."""
        return self.foresees.score_means


def with_features(spec: Model, features: Sequence[Feature]) -> Model:
    """The model with the project's features, where it names none of its own: all but those that tell what it foresees."""
    if spec.features is not None:
        return spec
    return replace(spec, features=tuple(feature for feature in features if not is_leaking(spec, feature)))


def check_model(spec: Model) -> None:
    """Refuse a model that cannot be trained, judged or held to its word, whatever its features are."""
    if not isinstance(spec.foresees, Outcome) or not isinstance(spec.population, Population):
        raise SpecError(_not_an_outcome(spec))
    if found := tuple(_faults(spec)):
        raise SpecError(*found)
    check_at_risk(spec.name, spec.population.condition, spec.foresees)


def _faults(spec: Model) -> Iterator[str]:
    """Everything for which it cannot be trained, judged or held to its word."""
    if spec.kind not in TRAINED:
        yield (
            f"Model {spec.name!r} foresees {spec.foresees.happening}. Outcomes of the kind {spec.kind.value!r} can be labelled, "
            f"not yet trained; those of {' and '.join(kind.value for kind in TRAINED)} can."
        )
    if isinstance(spec.foresees, TimeUntil) and spec.foresees.has_delayed_entry:
        yield (
            f"Model {spec.name!r} counts time from entry for customers who entered before they are seen; that can be labelled, "
            "not yet trained. Leave since= out, so that time runs from the scoring day."
        )
    if not spec.name.isidentifier() or not spec.name.islower():
        yield f"Model name {spec.name!r} must be lower-case letters, digits and underscores: it names keys and folders."
    if not 1 <= spec.max_age_days <= LONGEST_SERVICE_DAYS:
        yield (
            f"Model {spec.name!r} asks for a review within {spec.max_age_days} days; expected a day at least and "
            f"{LONGEST_SERVICE_DAYS} at most. Correct its max_age_days."
        )
    yield from _gate_faults(spec)
    if not 0 < spec.top_band_share < 1:
        yield f"Model {spec.name!r} has a top band of {spec.top_band_share:g}; expected a share between 0 and 1."
    if told := sorted(set(spec.population.columns) & set(spec.protected)):
        yield f"Model {spec.name!r} chooses whom it scores by {told}: protected attributes are held for audits alone."
    yield from _day_faults(spec)


def _gate_faults(spec: Model) -> Iterator[str]:
    """Gates that cannot be judged."""
    for gate in spec.gates:
        try:
            check_gate(gate)
        except SpecError as error:
            yield str(error)
        if gate.kind in ON_A_METRIC and gate.metric not in spec.metrics:
            yield (
                f"Gate {gate.name!r} of model {spec.name!r} is on {gate.metric!r}, which is not measured of such a model. "
                f"{likely(gate.metric, spec.metrics)}"
            )


def _not_an_outcome(spec: Model) -> str:
    """What to say of a model that foresees, or scores, something else."""
    if isinstance(spec.foresees, Target):
        return (
            f"Model {spec.name!r} foresees {spec.foresees.happening}, and does not say by when: give it within_days=, or ask how "
            "long it takes by time_until(…)."
        )
    if not isinstance(spec.foresees, Outcome):
        return f"Model {spec.name!r} foresees {spec.foresees!r}; expected an outcome, such as none_of(PURCHASES, within_days=28)."
    return f"Model {spec.name!r} scores {spec.population!r}; expected a population, such as had(PURCHASES, within_days=56)."


def _day_faults(spec: Model) -> Iterator[str]:
    """Training days, or a split by customers, with which nothing can be learnt or judged."""
    plan = spec.snapshots
    if spec.split is not None and spec.outcome_days:
        yield (
            f"Model {spec.name!r} keeps customers apart instead of days (split=), but foresees what happens within "
            f"{spec.outcome_days} days: leave split= out, so that it is tested on days later than it learnt from."
        )
    n_calibration, n_test = plan.roles[-1]
    if plan.step_days < 1 or n_test < 1:
        yield f"Model {spec.name!r} lays snapshots every {plan.step_days} days with {n_test} for test; expected 1 or more."
    if plan.day_of_month is not None and not 1 <= plan.day_of_month <= LAST_DAY_OF_EACH_MONTH:
        yield (
            f"Model {spec.name!r} lays snapshots on day {plan.day_of_month} of each month; expected a day that every month has, "
            f"1 to {LAST_DAY_OF_EACH_MONTH}."
        )
    if spec.kind is Kind.PROPENSITY and spec.split is None and n_calibration < FEWEST_CALIBRATION_SNAPSHOTS:
        yield (
            f"Model {spec.name!r} has {n_calibration} calibration snapshots; expected {FEWEST_CALIBRATION_SNAPSHOTS} at "
            "least, for a calibration is chosen by leaving out one at a time. Raise n_calibration in its snapshots."
        )


def _check_inputs(spec: Model, features: Sequence[Feature]) -> None:
    """Refuse inputs of which no model can be made."""
    if found := tuple(_input_faults(spec, features)):
        raise SpecError(*found)


def _input_faults(spec: Model, features: Sequence[Feature]) -> Iterator[str]:
    """Inputs that are audited by, that repeat, that tell the outcome, or that lack what it is told by."""
    names = [feature.name for feature in features]
    if shared := sorted(set(names) & set(spec.protected)):
        yield (f"Model {spec.name!r} uses {shared} as inputs, but they are protected attributes; remove one or the other.")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated or not names:
        raise SpecError(f"Model {spec.name!r} must list each feature once, and at least one; repeated: {repeated}.")
    if leaking := [feature.name for feature in features if is_leaking(spec, feature)]:
        yield (
            f"Model {spec.name!r} foresees {spec.foresees.happening} and reads {leaking}, which say so already on the scoring "
            "day; leave them out."
        )
    if spec.foresees.clock is not None and spec.foresees.clock.column not in names:
        yield (
            f"Model {spec.name!r} needs {spec.foresees.clock.column!r} among its features: it says when "
            f"{spec.foresees.happening} can be complete. Add recency(…) of that history."
        )
    unknown = sorted({*spec.raises, *spec.lowers} - set(names))
    if unknown or set(spec.raises) & set(spec.lowers):
        yield (f"Model {spec.name!r} imposes a direction on {unknown}, which are not its features, or two on one feature.")
    for feature in features:
        reach = largest(spec.population.condition, feature.name)
        if reach is not None and feature.capped_at is not None and reach >= feature.capped_at:
            yield (
                f"Model {spec.name!r}: its population reaches back {reach:g} days by {feature.name!r}, which is cut at "
                f"{feature.capped_at:g}: whoever is further back looks as if they belonged. Raise the cap, or reach back less."
            )


def is_leaking(spec: Model, feature: Feature) -> bool:
    """Whether a feature reads what is to be foreseen."""
    return bool(set(spec.foresees.leaks) & {path.removeprefix("validated/") for path in feature.reads})


def _title(outcome: Outcome) -> str:
    """What is foreseen, as a title."""
    if outcome.kind is Kind.SURVIVAL:
        return f"Time until {outcome.happening}"
    within = f" within {outcome.follow_up_days} days" if outcome.follow_up_days else ""
    return f"{outcome.happening[0].upper()}{outcome.happening[1:]}{within}"


def directions(spec: Model) -> tuple[int, ...]:
    """For each feature the imposed direction: 1 where it may only raise the score, -1 only lower it, 0 either way."""
    return tuple((f.name in spec.raises) - (f.name in spec.lowers) for f in spec.inputs)


def lookback_days(spec: Model) -> int:
    """The longest window that any of the model's features, or those of its population, reads."""
    return max(feature.lookback_days or 0 for feature in (*spec.inputs, *spec.population.features))
