"""The end of the demonstration on one screen: champions, figures, audits, what really happened, what to open next."""

from itertools import zip_longest
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Group

    from provenance.status_records import Figure, ModelStatus, ProjectStatus
    from tenure.project import Project

HEADLINES = {
    "roc_auc": "ROC-AUC",
    "average_precision": "average precision",
    "uno_c": "Uno's c",
    "ibs_skill_over_kaplan_meier": "Brier skill over Kaplan-Meier",
}


def summary(status: "ProjectStatus", project: "Project", seconds: float) -> "Group":
    """Sum a project's status up."""
    from rich.console import Group
    from rich.table import Table

    table = Table(
        "model", "champion", "test (95 % interval)", "baseline", "attributes and pairs", "what happened", box=None, pad_edge=False
    )
    for name, model in status.models.items():
        columns = (name, _champion(model), _test(model), _baseline(model), _audit(model), _happened(model))
        for cells in side_by_side(*columns):
            table.add_row(*cells)
        table.add_row("", "", "", "", "", "")
    cards = [f"  {name}: {model.card}" for name, model in status.models.items() if model.card]
    demo = ["[yellow]Approvals here are a demonstration's: two made-up reviewers signed, and no person read a card.[/yellow]"]
    lines = [
        "",
        f"[bold]{project.title}[/bold], {status.disk_mb:,.0f} MB of state, {seconds:.0f} s",
        "",
        table,
        *(demo if status.trust.name == "DEMO" else ()),
        "Cards to read:",
        *cards,
        "Next: [bold]make up[/bold] serves the Dagster and MLflow pages and the review room; [bold]tenure status[/bold] shows "
        "where things stand; README.md says how to add a model.",
    ]
    return Group(*lines)


def side_by_side(*columns: str) -> list[tuple[str, ...]]:
    """A row for each line: a figure that a narrow screen breaks in two keeps its baseline beside it."""
    return list(zip_longest(*(column.split("\n") for column in columns), fillvalue=""))


def _champion(model: "ModelStatus") -> str:
    """Who serves."""
    return f"version {model.champion.version}\n{model.champion.digest[:12]}" if model.champion else "nobody: refused"


def _named(model: "ModelStatus") -> "list[tuple[str, Figure]]":
    """The headline figures that this kind of model has."""
    return [(title, model.metrics[name]) for name, title in HEADLINES.items() if name in model.metrics]


def _test(model: "ModelStatus") -> str:
    """Figures on the test rows."""
    return "\n".join(f"{title} {figure.in_words}" for title, figure in _named(model))


def _baseline(model: "ModelStatus") -> str:
    """The first baseline on the same rows."""
    return "\n".join(f"{f.baseline} {f.baseline_value:.3f}" if f.baseline_value is not None else "" for _, f in _named(model))


def _audit(model: "ModelStatus") -> str:
    """How many attributes and pairs have which verdict."""
    verdicts = [str(a.verdict) for a in model.audit]
    return "\n".join(f"{verdicts.count(v)} {v}" for v in dict.fromkeys(verdicts))


def _happened(model: "ModelStatus") -> str:
    """Mean over the compared days: promised and observed, and the ranking."""
    days = model.performance
    if not days:
        return "not known yet"
    auc = [d.roc_auc for d in days if d.roc_auc is not None]
    promised, observed = fmean(d.mean_score for d in days), fmean(d.event_rate for d in days)
    ranked = f"{fmean(auc):.3f}" if auc else "not defined, because on no day there were customers with the event and without"
    return f"{len(days)} days: promised {promised:.1%}, came {observed:.1%}\nROC-AUC {ranked}"
