"""What the run of a challenger shows in MLflow: who trained it and where, figures, parameters, tags, tables, drawings and files.

MLflow draws each metric as a chart. So a metric is one figure of the model, or one line along a share or a prediction; intervals,
baselines and groups are tables among the artifacts. When it is written and who serves is `registry.py`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.evaluation.records import Estimate, NotDefined
from tenure.evidence import Evidence
from tenure.package import Package
from tenure.promotions import PromotionRecord

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, Run

PACKAGE_FOLDER, TABLES, DRAWINGS = "package", "tables", "drawings"
DIGEST_TAG, MODEL_TAG = "tenure.package_digest", "tenure.model"
# What a run stands for: a candidate, the champion, or what served before.
STANDS = "tenure.stands"
NOTE = "mlflow.note.content"
DATASET_DIGEST_LETTERS = 36
_COMMIT_LETTERS = 40

Table = dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What a person reads of a challenger.

    Parameters
    ----------
    card_html, card_markdown, summary: the card, and what it says first.
    drawings: the card's own, SVG by file name.
    trainer: the staff id of who had it trained, or the service; empty where no statement says it.
    run_id: Dagster's run; empty where no statement says it.
    links: addresses by what they lead to.
    """

    card_html: str
    card_markdown: str
    summary: str
    drawings: Mapping[str, bytes] = field(default_factory=dict)
    trainer: str = ""
    run_id: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


def run_tags(package: Package, evidence: Evidence, rendered: Rendered) -> dict[str, str]:
    """What a run is found and opened by: what it is, who trained it, from which code, in which run, and where to go on."""
    commit = evidence.environment.code_commit[:_COMMIT_LETTERS]
    links = " · ".join(f"[{title}]({address})" for title, address in rendered.links.items())
    known = {
        "mlflow.user": rendered.trainer,
        "dagster.run_id": rendered.run_id,
        "mlflow.source.git.commit": commit if len(commit) == _COMMIT_LETTERS and commit.isalnum() else "",
    }
    undefined = {name: e.value.because for name, e in _estimates(evidence) if isinstance(e.value, NotDefined)}
    return {
        **version_tags(package, evidence),
        **{f"not_defined.{name}": because for name, because in undefined.items()},
        "tenure.model_digest": package.model_digest,
        "tenure.code_commit": evidence.environment.code_commit,
        **{name: value for name, value in known.items() if value},
        "mlflow.source.type": "JOB",
        "mlflow.source.name": f"train_{evidence.model.name}",
        "mlflow.loggedArtifacts": json.dumps([{"path": path, "type": "table"} for path in tables(evidence)]),
        STANDS: "candidate",
        NOTE: "\n\n".join(filter(None, [rendered.summary, links])),
    }


def version_tags(package: Package, evidence: Evidence) -> dict[str, str]:
    """What a version is found and judged by; the digests of its data are those of the run's data sets."""
    decision = evidence.decision
    return {
        DIGEST_TAG: package.digest,
        MODEL_TAG: evidence.model.name,
        "as_of": evidence.model.as_of.isoformat(),
        "decision": decision.outcome.value if decision else "not yet decided",
        "bias_audit": evidence.audit.verdict.value,
    }


def promotion_tags(record: PromotionRecord) -> dict[str, str]:
    """What the promotion log says of a version, for people to read here."""
    return {
        "promotion.sequence": str(record.sequence),
        "promotion.action": record.action.value,
        "promotion.version": str(record.version),
        "promotion.reason": record.reason or "none was needed",
        "promotion.decided_at": record.decided_at.isoformat(),
    }


def champion_note(record: PromotionRecord, note: str) -> str:
    """A run's description with who serves in front; what an earlier promotion put there goes."""
    said = f"**Champion: version {record.version}, since {record.decided_at:%Y-%m-%d}.** {record.reason}".strip()
    own = [part for part in note.split("\n\n") if not part.startswith("**Champion: ")]
    return "\n\n".join([said, *own])


def log_figures(client: "MlflowClient", run: "Run", evidence: Evidence) -> None:
    """Log parameters and metrics in one call."""
    from mlflow.entities import Metric, Param

    at = run.info.start_time
    metrics = [Metric(name, value, at, 0) for name, value in figures(evidence).items()]
    metrics += [Metric(name, value, at, step) for name, step, value in lines(evidence)]
    params = [Param(name, value) for name, value in parameters(evidence).items()]
    client.log_batch(run.info.run_id, metrics=metrics, params=params)


def figures(evidence: Evidence) -> dict[str, float]:
    """Every figure of the challenger by name, one chart each.

    A figure that is not defined is no metric of MLflow's, which knows numbers alone: it is a tag that says why.
    """
    return {name: e.value for name, e in _estimates(evidence) if not isinstance(e.value, NotDefined)}


def lines(evidence: Evidence) -> Iterator[tuple[str, int, float]]:
    """What is worth a line: its name, the step (a share in per cent, or a day), and the value there."""
    evaluation = evidence.evaluation
    for point in evaluation.lift:
        if not isinstance(point.event_rate.value, NotDefined):
            yield "event_rate_by_percent_selected", round(100 * point.selected_rate), point.event_rate.value
    for each in evaluation.calibration:
        if not isinstance(each.observed.value, NotDefined):
            yield "observed_by_percent_predicted", round(100 * each.predicted), each.observed.value
    for curve in evaluation.curves:
        name = "".join(letter if letter.isalnum() else "_" for letter in curve.label)
        for day, predicted, observed in zip(curve.days, curve.predicted, curve.observed, strict=True):
            yield f"survival_predicted_{name}", day, predicted
            yield f"survival_observed_{name}", day, observed


def tables(evidence: Evidence) -> dict[str, Table]:
    """The figures with intervals and baselines, and those of groups, by the path under which MLflow shows them as tables."""
    return {f"{TABLES}/figures.json": _figures_table(evidence), f"{TABLES}/groups.json": _groups_table(evidence)}


def _figures_table(evidence: Evidence) -> Table:
    """One row a figure: the model's, its interval, the first baseline's, and the difference on the same rows."""
    columns = [
        "figure",
        "better",
        "value",
        "low",
        "high",
        "baseline",
        "of_baseline",
        "difference",
        "difference_low",
        "difference_high",
    ]
    data = []
    for metric in evidence.evaluation.metrics:
        title, baseline = metric.baselines[0] if metric.baselines else ("", None)
        difference = _cells(metric.difference)
        data.append([metric.name, metric.better, *_cells(metric.estimate), title, _cells(baseline)[0], *difference])
    if (comparison := evidence.evaluation.champion) is not None:
        against = f"champion, version {comparison.champion_version}"
        of_champion, difference = _cells(comparison.champion)[0], _cells(comparison.difference)
        data.append([comparison.metric, "", *_cells(comparison.challenger), against, of_champion, *difference])
    return {"columns": columns, "data": data}


def _groups_table(evidence: Evidence) -> Table:
    """One row for each figure of each group."""
    data = [
        [attribute.title, group.group, group.n_customers, name, *_cells(estimate)]
        for attribute in evidence.audit.attributes
        for group in attribute.groups
        for name, estimate in group.figures
    ]
    return {"columns": ["attribute", "group", "customers", "figure", "value", "low", "high"], "data": data}


def _cells(estimate: Estimate | None) -> list[float | str | None]:
    """A figure and the ends of its interval; why, where it is not defined."""
    if estimate is None:
        return [None, None, None]
    return [estimate.value.in_words if isinstance(estimate.value, NotDefined) else estimate.value, estimate.low, estimate.high]


def _estimates(evidence: Evidence) -> Iterator[tuple[str, Estimate]]:
    """Every figure that is logged, by its name there: the model's, and how far it is from its baseline and the champion."""
    for metric in evidence.evaluation.metrics:
        yield metric.name, metric.estimate
    first = evidence.evaluation.metrics[0] if evidence.evaluation.metrics else None
    if first is not None and first.difference is not None:
        yield f"{first.name}_over_baseline", first.difference
    comparison = evidence.evaluation.champion
    if comparison is not None:
        yield f"{comparison.metric}_over_champion", comparison.difference


def parameters(evidence: Evidence) -> dict[str, str]:
    """What was chosen before training: algorithm, its parameters, calibration, seed, periods, gates' inputs."""
    model = evidence.model
    chosen = {
        "kind": model.kind,
        "algorithm": model.algorithm,
        "calibration_method": model.calibration_method,
        "seed": str(model.seed),
        "as_of": model.as_of.isoformat(),
        "population": model.population,
        "outcome_days": str(model.outcome_days),
        "n_features": str(len(evidence.features)),
    }
    periods = {f"{p.role}_period": f"{p.first_as_of} to {p.last_as_of}, {p.n_rows} rows" for p in evidence.data.periods}
    return {**chosen, **periods, **dict(model.parameters)}


def datasets(evidence: Evidence) -> "list[DatasetInput]":
    """The training set and the sources that it came from; MLflow cuts digests, so the whole one is in the address."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    data = evidence.data
    digests = {"training_set": data.training_set_digest, **{source.name: source.content_digest for source in data.sources}}
    return [
        DatasetInput(
            dataset=Dataset(
                name=name, digest=digest[:DATASET_DIGEST_LETTERS], source_type="tenure", source=f'{{"sha256": "{digest}"}}'
            ),
            tags=[InputTag("mlflow.data.context", "training" if name == "training_set" else "source")],
        )
        for name, digest in digests.items()
    ]


def lay_out(folder: Path, package: Package, evidence: Evidence, rendered: Rendered) -> None:
    """Write a run's artifacts as they are to appear: card on top, drawings, tables and package below."""
    contents = {
        "model_card.html": rendered.card_html.encode(),
        "model_card.md": rendered.card_markdown.encode(),
        **{f"{DRAWINGS}/{name}": content for name, content in rendered.drawings.items()},
        **{path: json.dumps(table).encode() for path, table in tables(evidence).items()},
        **{f"{PACKAGE_FOLDER}/{path}": content for path, content in package.files.items()},
    }
    for path, content in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
