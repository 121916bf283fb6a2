"""Evidently's own page, over what was decided."""

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from adapters.drift_report import Compared, library, report
from tenure.drift import BinnedInput, build_reference, measure
from tenure.drift_alarm import DriftState, DriftVerdict
from tenure.errors import DriftError

RANDOM = np.random.default_rng(5)
NAMES = ("days_since_purchase", "spend_28d")
VERDICT = DriftVerdict(state=DriftState.WATCH, concerned=("spend_28d",), n_days=5, in_words="spend_28d has moved")


def compared(names: tuple[str, ...] = NAMES) -> list[Compared]:
    """A day on which the second input has moved, against training."""
    before, now = RANDOM.normal(size=(3000, 2)), RANDOM.normal(loc=[0, 1], size=(800, 2))
    scores = RANDOM.random(3000), RANDOM.random(800)
    reference = build_reference(before, scores[0], names=names)
    shifts = measure(reference, now, scores[1], day=date(2020, 1, 1)).shifts
    return [
        Compared(column=c, shift=shift, meaning=f"what {c.name} is", n_days_over=2)
        for c, shift in zip(reference.columns, shifts, strict=True)
    ]


@pytest.mark.slow
def test_the_page_has_our_figures_under_our_verdict_and_stays_small(tmp_path: Path) -> None:
    """One PSI everywhere: the page shows the one that was measured, first what moved most; its script is beside it, once."""
    found = compared()
    page = report("Drift of a model, version 3, on 2020-01-01", VERDICT, found, script="../evidently.js").decode()

    assert "<title>Drift of a model, version 3, on 2020-01-01</title>" in page
    assert "watch" in page
    assert "spend_28d has moved" in page
    shown = {name: float(value) for name, value in re.findall(r'"title": "(\w+), PSI ([\d.]+)"', page)}
    assert shown == {each.column.name: pytest.approx(each.shift.psi, abs=6e-4) for each in found}
    assert next(iter(shown)) == "spend_28d"
    assert len(page) < 100_000
    assert "None" not in page.partition("<script>")[0]
    assert '<script src="../evidently.js"></script>' in page
    script = library(tmp_path)
    written = script.stat().st_mtime_ns
    assert library(tmp_path).stat().st_mtime_ns == written
    assert b"drawDashboard" in script.read_bytes()


@pytest.mark.slow
def test_the_page_holds_shares_of_bins_alone() -> None:
    """No row can be read off the page: it is given none."""
    page = report("Drift", VERDICT, compared(), script="x.js").decode()
    bars = json.loads(re.search(r'"data": (\[\{"type": "bar".*?\}\])', page)[1])

    assert [bar["name"] for bar in bars] == ["at training", "on this day"]
    assert all(sum(bar["y"]) == pytest.approx(1, abs=0.01) for bar in bars)
    assert len(bars[0]["y"]) <= 11


def test_columns_that_name_customers_are_refused() -> None:
    """Identifiers have no drift, only readers."""
    named = compared(("customer_id", "x"))

    with pytest.raises(DriftError, match="customer_id"):
        report("Drift", VERDICT, named, script="x.js")


def test_an_input_without_values_at_training_has_bins_all_the_same() -> None:
    """What was always missing may come."""
    edged = BinnedInput(name="x", edges=(1.0, 2.5), counts=(1, 1, 1, 0))

    assert BinnedInput(name="x", edges=(), counts=(0, 3)).bins == ("any", "missing")
    assert edged.bins == ("up to 1", "1 to 2.5", "above 2.5", "missing")
