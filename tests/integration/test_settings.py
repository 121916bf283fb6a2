"""Settings as the environment of a real process gives them."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from adapters.lake import Lake, commits_of_day, read_rows
from adapters.settings import load_settings
from tenure.errors import SpecError

NUMBERS = (
    "TENURE_THREADS",
    "TENURE_DAGSTER_PORT",
    "TENURE_DAGSTER_AUDIT_PORT",
    "TENURE_MLFLOW_PORT",
    "TENURE_REVIEW_PORT",
)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", " 2", "²", "٣", "65536", "9" * 5000])
def test_what_is_no_number_in_range_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Digits that Python cannot read, and more of them than it reads, too."""
    monkeypatch.setenv(name, text)

    with pytest.raises(SpecError, match=f"{name} must be a whole number from 1 to"):
        load_settings()


def test_a_refusal_says_what_holds_without_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no second Dagster unless it has a port."""
    monkeypatch.setenv("TENURE_DAGSTER_AUDIT_PORT", "x")
    with pytest.raises(SpecError, match="unset it for none"):
        load_settings()
    monkeypatch.delenv("TENURE_DAGSTER_AUDIT_PORT")
    assert load_settings().audit_port is None

    monkeypatch.setenv("TENURE_MLFLOW_PORT", "x")
    with pytest.raises(SpecError, match="unset it for 5000"):
        load_settings()


@pytest.mark.parametrize("name", ["a?b", "a[b", "a]b", "a^b", "a|b", "a\\b", "feature%2Fchurn", "a\tb"])
def test_a_home_that_delta_would_look_for_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """In a sentence that names the sign, not by a table that is not found."""
    monkeypatch.setenv("TENURE_HOME", f"/tmp/{name}")  # noqa: S108 - nothing is made there

    with pytest.raises(SpecError, match="every other sign may be in it"):
        load_settings()


@pytest.mark.parametrize("name", ["größe 日本", "100% of #1", "a*b & c's; $(x) {y} <z>", "50%"])
def test_a_table_lives_under_any_other_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """It is written twice, opened at an earlier version, and its commits are known."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / name))
    lake, day = Lake(load_settings().lake, "shop"), date(2017, 11, 14)
    rows = [pa.table({"day": pa.array([day], pa.date32()), "x": [x]}) for x in (1, 2)]
    for each in rows:
        lake.replace_days(lake.open("features"), each, days=[day], key=("x",), note={})

    assert lake.rows("features", days=[day]) == rows[1]
    assert commits_of_day(lake.open("features"), day) == (0, 1)
    earlier = read_rows(lake.open("features", version=0))
    assert earlier is not None
    assert earlier["x"].to_pylist() == [1]
    assert commits_of_day(lake.open("features", version=0), day) == (0,)
