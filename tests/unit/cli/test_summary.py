"""What the demonstration prints fits its screen."""

from cli.demo import shortened
from cli.summary import side_by_side


def test_each_figure_keeps_its_baseline_beside_it() -> None:
    """Columns of several lines become rows; a shorter column leaves its places empty."""
    rows = side_by_side("lapse_28d", "ROC-AUC 0.858\naverage precision 0.440", "0.854\n0.433")

    assert rows == [("lapse_28d", "ROC-AUC 0.858", "0.854"), ("", "average precision 0.440", "0.433")]


def test_a_gate_is_one_line() -> None:
    """However long its name is; what fits stays whole."""
    assert shortened("   pass   short", 20) == "   pass   short"
    assert shortened("   needs a reason  groups: not assessable", 32) == "   needs a reason  groups: not…"
