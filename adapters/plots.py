"""Pictures of an evaluation for MLflow, as PNG: reliability, lift, survival curves, features.

The card draws its own, as SVG, in `model_cards/`. Drawing uses figure objects alone, never matplotlib's global state, so it may
run in any thread.
"""

import io
from typing import TYPE_CHECKING

from tenure.evaluation.records import CalibrationBin, Curve, Evaluation, FeatureEffect, LiftPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#1f2933"
_ACCENT = "#0b6e99"
_FAINT = "#9aa5b1"
_BANDS = ("#0b6e99", "#d9822b", "#3f8f4f", "#8b5fbf", "#b23a48")
_DOTS_PER_INCH = 110
_MOST_FEATURES = 12
_MOST_EFFECTS = 6


def draw(evaluation: Evaluation) -> dict[str, bytes]:
    """Draw whatever the evaluation holds; PNG bytes by file name."""
    plots = {}
    if evaluation.calibration:
        plots["reliability.png"] = _reliability(evaluation.calibration)
    if evaluation.lift:
        plots["lift.png"] = _lift(evaluation.lift, base_rate=evaluation.n_events / evaluation.n_rows)
    if evaluation.curves:
        plots["survival_curves.png"] = _survival(evaluation.curves)
    if evaluation.effects:
        plots["features.png"] = _gains(evaluation.effects)
        plots["partial_dependence.png"] = _dependence(evaluation.effects)
    return plots


def _reliability(bins: tuple[CalibrationBin, ...]) -> bytes:
    """Observed share against predicted probability, with intervals and the diagonal."""
    figure, axes = _canvas("Can the probabilities be taken at their word?")
    measured = [(b.predicted, b.observed.value, b.observed) for b in bins if isinstance(b.observed.value, (int, float))]
    predicted, observed = [p for p, _, _ in measured], [o for _, o, _ in measured]
    low = [0.0 if e.low is None else o - e.low for _, o, e in measured]
    high = [0.0 if e.high is None else e.high - o for _, o, e in measured]
    end = min(1.0, 1.08 * max(*predicted, *(o + h for o, h in zip(observed, high, strict=True))))
    axes.plot([0, end], [0, end], color=_FAINT, linestyle="--", linewidth=1, label="predicted equals observed")
    label = "rows of like prediction, 95 % interval"
    axes.errorbar(predicted, observed, yerr=[low, high], fmt="o", color=_ACCENT, capsize=3, markersize=5, label=label)
    axes.set(xlim=(0, end), ylim=(0, end), xlabel="mean predicted probability", ylabel="share observed")
    axes.legend(frameon=False, loc="upper left")
    return _png(figure)


def _lift(points: tuple[LiftPoint, ...], *, base_rate: float) -> bytes:
    """Share with the event among those ranked highest, against everybody's share."""
    figure, axes = _canvas("How often the event happens among those ranked highest")
    points = tuple(p for p in points if isinstance(p.event_rate.value, (int, float)))
    selected = [100 * p.selected_rate for p in points]
    rates = [p.event_rate for p in points]
    axes.plot(selected, [100 * r.value for r in rates], color=_ACCENT, marker="o", markersize=4, label="ranked by the model")
    low, high = [100 * r.low for r in rates if r.low is not None], [100 * r.high for r in rates if r.high is not None]
    if len(low) == len(high) == len(points):
        axes.fill_between(selected, low, high, color=_ACCENT, alpha=0.15, linewidth=0, label="95 % interval")
    axes.axhline(100 * base_rate, color=_FAINT, linestyle="--", linewidth=1, label="everybody")
    axes.set(xlabel="share of customers selected, highest scores first (%)", xlim=(0, 100))
    axes.set_ylabel("of them, share with the event (%)")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return _png(figure)


def _survival(curves: tuple[Curve, ...]) -> bytes:
    """Predicted survival by group, with what was observed."""
    figure, axes = _canvas("Share still without the event, by day")
    for i, curve in enumerate(curves):
        colour = _BANDS[i % len(_BANDS)]
        axes.plot(curve.days, curve.predicted, color=colour, label=f"{curve.label} ({curve.n_rows:,} rows)")
        axes.plot(curve.days, curve.observed, color=colour, linestyle=":", linewidth=1.4)
    axes.plot([], [], color=_INK, label="predicted")
    axes.plot([], [], color=_INK, linestyle=":", label="observed (Kaplan-Meier)")
    axes.set(xlabel="days from the scoring day", ylabel="share without the event", ylim=(0, 1.02))
    axes.legend(frameon=False, fontsize=8)
    return _png(figure)


def _gains(effects: tuple[FeatureEffect, ...]) -> bytes:
    """The inputs that the model leans on most."""
    top = sorted(effects, key=lambda e: e.gain_rate)[-_MOST_FEATURES:]
    figure, axes = _canvas("What the model leans on", height=1.4 + 0.28 * len(top))
    axes.barh([_words(e.feature) for e in top], [100 * e.gain_rate for e in top], color=_ACCENT, height=0.62)
    axes.set_xlabel("share of the total gain (%)")
    axes.tick_params(axis="y", length=0)
    return _png(figure)


def _dependence(effects: tuple[FeatureEffect, ...]) -> bytes:
    """How the mean prediction moves along the most important inputs, on one scale."""
    from matplotlib.figure import Figure

    top = sorted(effects, key=lambda e: -e.gain_rate)[:_MOST_EFFECTS]
    figure = Figure(figsize=(8, 2.5 * -(-len(top) // 3) + 0.5), dpi=_DOTS_PER_INCH, layout="tight")
    figure.suptitle("How the mean prediction moves along an input", color=_INK, fontsize=12)
    panels = figure.subplots(-(-len(top) // 3), 3, sharey=True, squeeze=False).ravel()
    for axes, effect in zip(panels, top, strict=False):
        axes.plot(effect.values, effect.mean_prediction, color=_ACCENT)
        axes.set_title(_words(effect.feature), fontsize=9, color=_INK)
        _plain(axes)
    for axes in panels[len(top) :]:
        axes.set_visible(False)
    figure.supylabel("mean prediction", fontsize=9, color=_INK)
    return _png(figure)


def _canvas(title: str, *, height: float = 4.2) -> tuple["Figure", "Axes"]:
    """Return one quiet panel with its title in words."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, height), dpi=_DOTS_PER_INCH, layout="tight")
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize=12, color=_INK, pad=10)
    _plain(axes)
    return figure, axes


def _plain(axes: "Axes") -> None:
    """Leave out the frame that carries no information."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_FAINT)
    axes.tick_params(colors=_INK, labelsize=8)


def _words(name: str) -> str:
    """A feature's name without underscores."""
    return name.replace("_", " ")


def _png(figure: "Figure") -> bytes:
    """Render on the Agg canvas; no date or version is written, so that equal figures give equal bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out = io.BytesIO()
    figure.set_canvas(FigureCanvasAgg(figure))
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
