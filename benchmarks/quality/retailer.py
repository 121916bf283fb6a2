"""An online retailer (UCI "Online Retail"): who of those who bought within 91 days buys nothing within 28.

Its lines are written as the shop would export them, a text file a day; the project is the one that `tenure init --yes` proposes
of them, and nothing of it is changed. It is trained once, with what was known on 2011-09-05, and scores seven days from then on:
days after that land only when the model is fitted. Labels are made from the raw file.
"""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

from benchmarks.quality.company import Company, Scored
from benchmarks.quality.figures import Figure
from benchmarks.quality.judged import AUC, ECE, Part, by_chance, difference_of, figure_of, together
from tenure.timeline import days_between

NAME, FILE = "online retailer", "online_retail/online_retail.parquet"
FIRST_KEY, TRAINED_AS_OF = date(2010, 12, 2), date(2011, 9, 5)
SCORED_ON = (TRAINED_AS_OF, *(date(2011, *day) for day in ((9, 12), (9, 19), (9, 26), (10, 3), (10, 10), (10, 20))))
MODEL, BEFORE_DAYS, WITHIN_DAYS = "lapse_28d", 91, 28
EXPORT = """COPY (
    SELECT InvoiceNo, StockCode, Description, Quantity, strftime(InvoiceDate, '%d/%m/%Y %H:%M') AS InvoiceDate, UnitPrice,
           CAST(CustomerID AS BIGINT) AS CustomerID, Country
    FROM lines WHERE strftime(InvoiceDate, '%Y-%m-%d') = '{day}'
) TO '{path}' (HEADER)"""
BOUGHT = """
    SELECT DISTINCT CAST(CAST(CustomerID AS BIGINT) AS VARCHAR) FROM lines
    WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0 AND InvoiceDate >= ? AND InvoiceDate < ?
"""


def write_exports(raw: Path, folder: Path, *, until: date) -> Path:
    """Write the shop's lines as it would export them: a file for each day that has any, up to one."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.register("lines", pq.read_table(raw))
        for (day,) in connection.sql("SELECT DISTINCT strftime(InvoiceDate, '%Y-%m-%d') FROM lines").fetchall():
            if day <= until.isoformat():
                connection.execute(EXPORT.format(day=day, path=folder / f"{day}.csv"))
    return folder


def measure(data: Path, folder: Path) -> list[Figure]:
    """Every figure of the set."""
    raw = data / FILE
    shop = _proposed(write_exports(raw, folder / "exports", until=SCORED_ON[-1] - timedelta(days=1)), folder / "gifts")
    company = Company.at(shop, folder / "home")
    company.land(days_between(FIRST_KEY, TRAINED_AS_OF))
    challenger = company.fitted(company.training_set(MODEL, TRAINED_AS_OF), MODEL)
    company.land(days_between(TRAINED_AS_OF + timedelta(days=1), SCORED_ON[-1]))
    scored = [company.scored(challenger, day) for day in SCORED_ON]
    events = [_lapsed(raw, one) for one in scored]
    parts = [one.part(event) for one, event in zip(scored, events, strict=True)]
    best = [_best_input(one, part) for one, part in zip(scored, parts, strict=True)]
    margins = [AUC.figure(part, part.score) - auc for part, auc in zip(parts, best, strict=True)]
    level = float(np.mean([part.score.mean() - part.event.mean() for part in parts]))
    return [
        figure_of(NAME, "lapse AUC, mean of seven days", AUC, parts, reference=0.728),
        difference_of(NAME, "lapse AUC above the logistic", AUC, parts),
        Figure(set=NAME, measure="lapse AUC of the best input, mean of the days' own best", value=float(np.mean(best))),
        Figure(set=NAME, measure="lapse AUC above the day's best input, least of seven days", value=min(margins), reference=0.0),
        figure_of(NAME, "lapse ECE, seven days together", ECE, [together(parts)], reference=0.02),
        by_chance(NAME, "lapse ECE by chance alone", [together(parts)]),
        Figure(set=NAME, measure="mean score above the share who lapsed", value=level, reference=0.0),
    ]


def _proposed(exports: Path, shop: Path) -> Path:
    """The project that `tenure init` proposes."""
    command = [sys.executable, "-W", "ignore", "-m", "cli.main", "init", str(shop), "--from", str(exports), "--yes"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    subprocess.run(command, cwd=exports.parent, env=environment, check=True, stdout=subprocess.DEVNULL)
    return shop


def _bought(raw: Path, first: date, end: date) -> set[str]:
    """Who bought on a day from the first to the one before the end, straight from the raw lines."""
    with duckdb.connect() as connection:
        connection.register("lines", pq.read_table(raw))
        return {customer for (customer,) in connection.execute(BOUGHT, [first, end]).fetchall()}


def _lapsed(raw: Path, scored: Scored) -> np.ndarray:
    """Who of the customers scored bought nothing, (n,); they are exactly those who bought in the days before."""
    expected = _bought(raw, scored.day - timedelta(days=BEFORE_DAYS), scored.day)
    if set(scored.customer_id) != expected:
        raise SystemExit(f"As of {scored.day} {len(scored.customer_id)} customers were scored, {len(expected)} had bought.")
    came = _bought(raw, scored.day, scored.day + timedelta(days=WITHIN_DAYS))
    return np.array([customer not in came for customer in scored.customer_id])


def _best_input(scored: Scored, part: Part) -> float:
    """The AUC of the input that ranks this day best, found with the day's own outcomes: more than anybody could have picked."""
    filled = np.where(np.isnan(scored.X), np.nanmedian(scored.X, axis=0), scored.X)
    return max(max(auc, 1 - auc) for auc in (AUC.figure(part, column) for column in filled.T))
