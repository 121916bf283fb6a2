"""Subscribers of a telephone company (IBM "Telco Customer Churn"): who left, and after how long; `projects/telco` as it comes.

Five times in five parts, stratified by who left: of each part the model is fitted on three others and calibrated on the fourth.
Who left and for how many months they stayed is read from the raw file.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.model_selection import StratifiedKFold

from adapters.project_folders import SHIPPED
from benchmarks.quality.company import Company
from benchmarks.quality.figures import Figure
from benchmarks.quality.judged import AUC, ECE, Part, by_chance, difference_of, figure_of, harrell, together
from tenure.categories import vocabularies
from tenure.challenger import Challenger
from tenure.timeline import parse_day
from tenure.training_set import CALIBRATION, FIT, TEST, Rows, TrainingSet

NAME, FILE = "Telco", "telco_churn/Telco-Customer-Churn.csv.gz"
DAY = parse_day("2018-09-30")
N_REPEATS, N_PARTS = 5, 5
LEFT, TIME = "churned", "time_to_churn"
RAW = "SELECT customerID, Churn = 'Yes', CAST(tenure AS INTEGER) FROM read_csv(?)"


def measure(data: Path, folder: Path) -> list[Figure]:
    """Every figure of the set."""
    company = Company.at(SHIPPED / "telco", folder / "home", deliveries=data / "telco_churn")
    company.land([DAY])
    left, months = _told(data / FILE)
    churn = [part for seed in range(N_REPEATS) for part in _parts(company, LEFT, left, seed)]
    repeats = [together(churn[i : i + N_PARTS]) for i in range(0, len(churn), N_PARTS)]
    time = [part for seed in range(N_REPEATS) for part in _parts(company, TIME, left, seed)]
    return [
        figure_of(NAME, "churn AUC, five times 5-fold", AUC, churn, reference=0.846),
        difference_of(NAME, "churn AUC above the logistic", AUC, churn),
        figure_of(NAME, "churn ECE, five times 5-fold", ECE, repeats, reference=0.015),
        by_chance(NAME, "churn ECE by chance alone", repeats),
        figure_of(NAME, "time to churn, Harrell's c, five times 5-fold", harrell(months), time, reference=0.862),
    ]


def _told(raw: Path) -> tuple[dict[str, bool], dict[str, int]]:
    """Who left, and for how many months each subscriber stayed, from the raw file."""
    with duckdb.connect() as connection:
        rows = connection.execute(RAW, [str(raw)]).fetchall()
    return {one: left for one, left, _ in rows}, {one: months for one, _, months in rows}


def _parts(company: Company, model: str, left: dict[str, bool], seed: int) -> Iterator[Part]:
    """Each part of a repeat, as a model says of it that was fitted and calibrated on others."""
    whole = company.training_set(model, DAY)
    customers = np.array(whole.rows["customer_id"].to_pylist())
    event = np.array([left[customer] for customer in customers])
    folds = StratifiedKFold(N_PARTS, shuffle=True, random_state=seed)
    part = np.empty(len(customers), dtype=int)
    for number, (_, tested) in enumerate(folds.split(customers, event)):
        part[tested] = number
    for number in range(N_PARTS):
        roles = np.where(part == number, TEST, np.where(part == (number + 1) % N_PARTS, CALIBRATION, FIT))
        learnt = _with_roles(whole, roles)
        challenger, test = company.fitted(learnt, model), learnt.role(TEST)
        assert not set(customers[part != number]) & set(test.customer_id.to_pylist()), "who is judged trained nothing"
        yield Part(
            customer_id=customers[part == number],
            event=event[part == number],
            score=challenger.score(test.X),
            other=_baseline(challenger, test),
        )


def _with_roles(whole: TrainingSet, roles: np.ndarray) -> TrainingSet:
    """The training set with other roles; its vocabulary is that of the rows to fit on, as always."""
    rows = whole.rows.set_column(whole.rows.column_names.index("role"), "role", pa.array(roles.tolist()))
    return replace(whole, rows=rows, words=vocabularies(rows.filter(pc.equal(rows["role"], FIT)), whole.feature_names))


def _baseline(challenger: Challenger, test: Rows) -> np.ndarray:
    """What the plain model beside it says: the logistic regression, or Cox."""
    if challenger.logistic is not None:
        return challenger.logistic.predict(test.X)
    assert challenger.cox is not None, "a lane of time keeps its Cox model"
    return challenger.cox.log_hazard_ratio(test.X)
