"""A drift report for people: Evidently's page, drawn from the bins that training laid and with the verdict that was given.

It computes nothing of its own and decides nothing: what has moved, and by how much, is `tenure/drift.py`'s. The page holds shares
of bins, never a row; columns that name a customer are refused. Evidently's script, 3.5 MB, is one file beside all pages of a
home: a page without it is a tenth of a megabyte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.whole_files import write_whole
from tenure.drift import BinnedInput, Shift
from tenure.drift_alarm import ALARM_RULE, DriftVerdict
from tenure.errors import DriftError

if TYPE_CHECKING:
    from evidently.legacy.model.widget import BaseWidgetInfo

# One colour each for what training saw and for the day.
_BEFORE, _NOW = "#9aa5b1", "#0b6e99"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One input, or the score: how training saw it, and what the day holds of it by the same bins, with how far that moved."""

    column: BinnedInput
    shift: Shift
    meaning: str
    n_days_over: int


def library(folder: Path) -> Path:
    """Evidently's script in a folder, written if it is not there yet."""
    path = folder / f"evidently-{metadata.version('evidently')}.js"
    if not path.exists():
        from evidently.legacy.utils.dashboard import STATIC_PATH

        write_whole(path, (Path(STATIC_PATH) / "index.js").read_bytes())
    return path


def report(title: str, verdict: DriftVerdict, compared: Sequence[Compared], *, script: str) -> bytes:
    """Draw the page of a day, as HTML that loads its script from beside it.

    Parameters
    ----------
    title: the model, its version and the day.
    compared: every input and the score; no name may end in `_id`.
    script: where the script is, as seen from the page.

    Raises
    ------
    DriftError: when a column names customers.
    """
    identifying = [each.column.name for each in compared if each.column.name.endswith("_id") or each.column.name == "id"]
    if identifying:
        raise DriftError(
            f"A drift report holds inputs and scores alone, found {identifying}. Leave out columns that name customers."
        )
    from evidently.legacy.utils.dashboard import TemplateParams, file_html_template

    content = file_html_template(
        TemplateParams(
            dashboard_id="drift",
            dashboard_info=_dashboard(title, _widgets(title, verdict, compared)),
            additional_graphs={},
            embed_font=False,
            embed_lib=False,
            include_js_files=[script],
        )
    )
    # Without its fonts the page names one at an address that is none.
    whole = str(content).replace("src: url(None);", "")
    return whole.replace("<head>", f"<head><title>{title}</title>", 1).encode()


def _dashboard(title: str, widgets: "list[BaseWidgetInfo]") -> Any:
    from evidently.legacy.model.dashboard import DashboardInfo

    return DashboardInfo(name=title, widgets=widgets)


def _widgets(title: str, verdict: DriftVerdict, compared: Sequence[Compared]) -> "list[BaseWidgetInfo]":
    """The verdict, the columns that moved most in a table, and the bins of those."""
    from evidently.legacy.renderers.html_widgets import CounterData, counter, table_data, text_widget

    most = sorted(compared, key=lambda each: -each.shift.psi)
    over = sum(each.shift.psi > ALARM_RULE.limit for each in compared)
    watched = sum(each.shift.psi > ALARM_RULE.watch for each in compared)
    figures = [
        CounterData("verdict as of this day", str(verdict.state)),
        CounterData(f"of {len(compared)} columns above {ALARM_RULE.limit:g} on this day", str(over)),
        CounterData(f"above {ALARM_RULE.watch:g}", str(watched)),
    ]
    rows = [
        [
            each.column.name,
            each.meaning,
            f"{each.shift.psi:.3f}",
            f"{each.shift.expected_psi:.3f}",
            f"{each.n_days_over} of {verdict.n_days}",
        ]
        for each in most
    ]
    columns = ["column", "what it is", "PSI", "PSI by chance alone", f"days above {ALARM_RULE.limit:g}"]
    return [
        text_widget(text=f"## {title}\n\n**{verdict.state}**: {verdict.in_words}. {ALARM_RULE.in_words}", title=""),
        counter(counters=figures),
        table_data(column_names=columns, data=rows, title="How far each column has moved from training"),
        *(_bins(each) for each in most),
    ]


def _bins(each: Compared) -> "BaseWidgetInfo":
    """The share of customers in each bin, at training and on the day."""
    from evidently.legacy.renderers.html_widgets import WidgetSize, plotly_data

    labels, total = each.column.bins, max(sum(each.shift.counts), 1)
    shares = (("at training", _BEFORE, each.column.shares), ("on this day", _NOW, [n / total for n in each.shift.counts]))
    used = [i for i in range(len(labels)) if any(share[i] for _, _, share in shares)]
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": [labels[i] for i in used],
            "y": [round(share[i], 4) for i in used],
            "marker": {"color": colour},
        }
        for name, colour, share in shares
    ]
    layout = {
        "barmode": "group",
        "height": 260,
        "margin": {"t": 20, "b": 70},
        "yaxis": {"tickformat": ".0%"},
        "xaxis": {"type": "category"},
    }
    return plotly_data(title=f"{each.column.name}, PSI {each.shift.psi:.3f}", data=bars, layout=layout, size=WidgetSize.HALF)
