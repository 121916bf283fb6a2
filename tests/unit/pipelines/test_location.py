"""The one code location: a repository for each company of the home that can be loaded."""

import json
from pathlib import Path

import pytest


def test_a_company_whose_folder_is_gone_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is left out, and said with its name; a home where none is left is refused with the reason."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path))
    from pipelines.location import repositories
    from tenure.errors import SpecError

    held = tmp_path / "companies.json"
    held.write_text(json.dumps({"complete_journey": None, "gone": str(tmp_path / "gone")}))

    assert list(repositories()) == ["complete_journey"]
    assert "Not served: gone. The home" in capsys.readouterr().err
    held.write_text(json.dumps({"gone": str(tmp_path / "gone")}))
    with pytest.raises(SpecError, match=r"gone is not there\. Say where its folder is now"):
        repositories()
