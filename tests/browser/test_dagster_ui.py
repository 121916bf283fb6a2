"""The Dagster UI as an engineer meets it: the lanes of the graph, and a day launched by hand."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests import company
from tests.premises import AS_OF, MODELS

pytestmark = pytest.mark.browser

LANES = ("ingestion", "features", *MODELS)
DAY = AS_OF + timedelta(days=1)
RUN_PATIENCE_MS = 300_000


@pytest.fixture
def ui(page, dagster_ui):
    """A page of the UI; Dagster's invitation to its community is declined whenever it comes up."""
    page.add_locator_handler(page.get_by_role("button", name="Skip"), lambda button: button.click())

    def open_(path):
        page.goto(dagster_ui + path)
        return page

    return open_


def keep(page, name: str) -> None:
    """Leave a picture for people, where TENURE_SCREENSHOTS names a folder."""
    if os.environ.get("TENURE_SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["TENURE_SCREENSHOTS"]) / f"{name}.png")


def test_the_asset_graph_has_a_lane_for_ingestion_features_and_each_model(ui):
    """Every lane is a box of its own, and a model's box opens into its stages."""
    page = ui("/asset-groups")

    for lane in LANES:
        page.get_by_text(lane, exact=True).last.wait_for()
    page.get_by_text(company.PROPENSITY, exact=True).last.dblclick()
    for stage in ("training_set", "challenger", "evaluation", "audit", "decision", "card", "candidate", "scores"):
        page.get_by_text(stage, exact=True).last.wait_for()
    keep(page, "asset-graph")


def choose(dialog, day):
    """Choose one day; a page that is still loading what there is to choose from takes no notice of the first entry either."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    days = dialog.get_by_placeholder("ex:")
    for patience_ms in [20_000] * 9:
        days.fill(day.isoformat())
        days.press("Enter")
        try:
            return dialog.get_by_role("button", name="Launch 1 run").wait_for(timeout=patience_ms)
        except PlaywrightTimeout as error:
            failed = error
    raise failed


def launch(dialog):
    """Launch the run that a dialog is for; now and then Dagster's page is still busy and takes no notice of the first click."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    for patience_ms in (20_000, 20_000, 60_000):
        dialog.get_by_role("button", name="Launch 1 run").click()
        try:
            return dialog.wait_for(state="hidden", timeout=patience_ms)
        except PlaywrightTimeout as error:
            failed = error
    raise failed


def test_an_engineer_launches_a_day_and_sees_it_succeed(ui, premises):
    """The daily job, launched for one day on its own page, succeeds, and every model has scored the day."""
    page = ui(f"/locations/{company.NAME}@tenure/jobs/daily")

    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog").filter(has_text="Partition selection")
    choose(dialog, DAY)
    launch(dialog)
    page = ui(f"/locations/{company.NAME}@tenure/jobs/daily/runs")
    page.get_by_text("Success", exact=True).first.wait_for(timeout=RUN_PATIENCE_MS)
    keep(page, "daily-run")

    for model in MODELS:
        assert premises.rows(f"{model}/scores", DAY) is not None
