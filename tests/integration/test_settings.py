"""Settings as the environment of a real process gives them."""

import pytest

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
