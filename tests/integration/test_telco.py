"""The subscribers of a telephone company, one table of one day, from the real file to a training set."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest

from adapters.project_folders import SHIPPED, load_folder
from adapters.settings import load_settings
from assets.training_set import build
from home.workplace import Workplace
from pipelines.run import run_job
from tenure.training_set import CALIBRATION, FIT, TEST
from tests.approved import approved

DAY = date(2018, 9, 30)


@pytest.fixture(scope="module")
def telco(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """The company with its table landed."""
    data = os.environ.get("TENURE_TEST_DATA")
    if not data or not (Path(data) / "telco_churn").is_dir():
        pytest.skip("TENURE_TEST_DATA names no folder with telco_churn/Telco-Customer-Churn.csv.gz.")
    settings = replace(load_settings(), home=tmp_path_factory.mktemp("telco"))
    project = load_folder(SHIPPED / "telco", Path(data) / "telco_churn")
    workplace = approved(Workplace(project, settings))
    assert run_job(project, settings, "history", days=[DAY]).succeeded
    return workplace


def test_every_subscriber_is_labelled_by_what_the_table_says(telco: Workplace) -> None:
    """7,043 subscribers, of whom 1,869 left; nobody is in two roles, and no input tells who left."""
    made = build(telco, telco.project.model("churned"), DAY)

    assert made.rows.num_rows == 7_043
    assert pc.sum(made.rows["event"]).as_py() == 1_869
    customers = [set(made.role(role).customer_id.to_pylist()) for role in (FIT, CALIBRATION, TEST)]
    assert sum(map(len, customers)) == len(set.union(*customers)) == 7_043
    assert {"Churn", "churn", "TotalCharges"} & set(made.feature_names) == set()
    assert made.words["contract"] == ("Month-to-month", "One year", "Two year")


def test_time_runs_from_entry_in_months_as_days(telco: Workplace) -> None:
    """Who entered on the very day has no time yet, and how long a subscription has run is no input of how long it will."""
    made = build(telco, telco.project.model("time_to_churn"), DAY)

    assert made.rows.num_rows == 7_043 - 11
    assert pc.max(made.rows["duration"]).as_py() == round(72 * 30.4375)
    assert "subscription_age_days" not in made.feature_names
