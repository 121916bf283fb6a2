"""What an evaluation says: frozen records, free of frames, that the audit, the gates and the card read."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class NotDefined:
    """What stands in place of a figure that these rows do not define, and why; it is a finding, not an error."""

    because: str

    @property
    def in_words(self) -> str:
        """As a reader meets it."""
        return f"not defined, because {self.because}"

    def __str__(self) -> str:
        """As a reader meets it, wherever a figure is written."""
        return self.in_words


NOISE_FLOOR = "a perfectly calibrated model (noise floor)"
NO_INTERVAL = NotDefined(because="more than one draw of customers in twenty leaves the figure undefined")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval (percentile bootstrap by customer); both ends None where none could be computed."""

    value: float | NotDefined
    low: float | None = None
    high: float | None = None

    @property
    def why_no_interval(self) -> NotDefined | None:
        """Why nothing can be shown from the interval; None where there is one."""
        if isinstance(self.value, NotDefined):
            return self.value
        return NO_INTERVAL if self.low is None or self.high is None else None

    @property
    def reversed(self) -> "Estimate":
        """A difference of a figure for which lower is better, as an improvement."""
        if isinstance(self.value, NotDefined):
            return self
        if self.low is None or self.high is None:
            return Estimate(value=-self.value)
        return Estimate(value=-self.value, low=-self.high, high=-self.low)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of the model, of its baselines, and the paired difference to the first baseline.

    `baselines` pairs a baseline's title ("logistic regression", "Kaplan-Meier") with its estimate on the same rows;
    `difference` is model minus first baseline, by paired bootstrap.
    """

    name: str
    title: str
    definition: str
    better: str  # "higher", "lower" or "closer to one"/"closer to zero"
    estimate: Estimate
    baselines: tuple[tuple[str, Estimate], ...] = ()
    difference: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class CalibrationBin:
    """Customers of like predicted probability (equal-mass bins): mean prediction and the share observed, with its interval."""

    n_rows: int
    predicted: float
    observed: Estimate


@dataclass(frozen=True, kw_only=True)
class LiftPoint:
    """Of the share of customers ranked highest, what share has the event, and what share of all events they hold.

    `baseline` is the event rate of as many customers that the first baseline ranks highest.
    """

    selected_rate: float
    event_rate: Estimate
    captured_rate: float | NotDefined
    baseline: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A survival curve: P(no event by day t) at each day of `days`; `observed` is the Kaplan-Meier estimate of the group.

    `baseline` is what the first baseline that tells customers apart predicts of the same customers.
    """

    label: str
    n_rows: int
    days: tuple[int, ...]
    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    baseline: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HorizonCalibration:
    """Calibration of the survival curve at one horizon: mean and largest gap between predicted and observed, and its bins."""

    horizon_days: int
    mean_absolute_error: Estimate
    bins: tuple[CalibrationBin, ...]
    baseline_bins: tuple[CalibrationBin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServedBand:
    """The customers whose score reaches the band that is served to campaigns: what was said of them and what happened.

    `gap` is what was said minus what happened; `line` is how far from zero it may be.
    """

    from_score: float
    n_rows: int
    n_customers: int
    predicted: float | NotDefined
    observed: Estimate
    gap: Estimate
    line: float


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """What a campaign of one usual day meets that selects the share ranked highest: customers with the event.

    Counts are of customers; `n_scored` is the mean over the test days, and `difference` is the model's less the baseline's.
    """

    selected_rate: float
    n_scored: int
    n_selected: int
    reached: Estimate
    baseline: str
    reached_by_baseline: Estimate
    reached_at_random: Estimate
    difference: Estimate


@dataclass(frozen=True, kw_only=True)
class FeatureEffect:
    """What one input does: share of total gain, and how the mean prediction moves along its values (partial dependence)."""

    feature: str
    gain_rate: float
    values: tuple[float, ...]
    mean_prediction: tuple[float, ...]
    words: tuple[str, ...] = ()  # of a category: what its values are


@dataclass(frozen=True, kw_only=True)
class SameRows:
    """One measure of both models on the same test rows and draws; `difference` is signed so that positive is better."""

    metric: str
    title: str
    better: str
    challenger: Estimate
    champion: Estimate
    difference: Estimate


@dataclass(frozen=True, kw_only=True)
class ChampionComparison:
    """The challenger against the champion on the same test rows: by the metric of its gate, and by every other measure."""

    champion_version: int
    champion_digest: str
    metric: str
    challenger: Estimate
    champion: Estimate
    difference: Estimate  # challenger minus champion, signed so that positive is better
    measures: tuple[SameRows, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Everything measured of a challenger on its test rows."""

    test_from: date
    test_to: date
    known_until: date
    n_rows: int
    n_customers: int
    n_events: int
    censored_rate: float
    metrics: tuple[Metric, ...]
    calibration: tuple[CalibrationBin, ...]
    lift: tuple[LiftPoint, ...]
    horizons: tuple[HorizonCalibration, ...] = ()
    curves: tuple[Curve, ...] = ()
    effects: tuple[FeatureEffect, ...] = ()
    champion: ChampionComparison | None = None
    baseline_calibration: tuple[CalibrationBin, ...] = ()
    served_band: ServedBand | None = None
    campaign: Campaign | None = None

    def metric(self, name: str) -> Metric:
        """Return the metric of that name."""
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise KeyError(f"no metric {name!r}; there are {[m.name for m in self.metrics]}")
