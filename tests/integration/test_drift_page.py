"""What a drift page compares, read from a real lake. Evidently's own part is in test_drift_report.py."""

from datetime import timedelta
from pathlib import Path

import pytest

from assets.drift import measure_days
from assets.drift_page import draw_page, scored_by
from assets.scores import open_champion, score_days
from provenance.snapshots import make_snapshots
from tests import company
from tests.premises import AS_OF, Premises


@pytest.mark.slow
def test_a_page_is_of_the_model_that_scored_the_day(established: Premises, tmp_path: Path) -> None:
    """It names model, version and day, and has the figures and the verdict of the drift table; a day without scores has none."""
    workplace = established.copy(tmp_path).workplace
    spec = workplace.project.model(company.SOON)
    make_snapshots(workplace, [AS_OF])
    score_days(workplace, spec, open_champion(workplace, spec), [AS_OF], signer=None)
    _, verdicts = measure_days(workplace, spec, [AS_OF])
    record = workplace.promotions.champion_record(workplace.project.name, spec.name)

    page = draw_page(workplace, spec, AS_OF)

    assert scored_by(workplace, spec, AS_OF) == record
    assert page is not None
    content = page.read_text()
    assert f"<title>Drift of {spec.name}, version {record.version}, on {AS_OF}" in content
    assert verdicts[AS_OF].in_words in content
    table = workplace.lake.rows(f"{company.SOON}/drift", days=[AS_OF]).to_pylist()
    assert all(f"{row['name']}, PSI {row['psi']:.3f}" in content for row in table)
    assert draw_page(workplace, spec, AS_OF + timedelta(days=1)) is None
