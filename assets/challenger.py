"""Challenger: the fitted and calibrated model with its baselines. Nothing is refitted after this stage."""

import time
from dataclasses import replace

import dagster as dg

from adapters.environment import peak_memory_mb
from assets.naming import lane_stage, upstream
from home.workplace import Workplace
from tenure.challenger import Challenger, Effort, fit_challenger
from tenure.project import Project
from tenure.specs import Model
from tenure.training_set import TrainingSet

STAGE = "challenger"


def challenger_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The challenger of a model."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"lightgbm"}),
        ins=upstream(project, spec, "training_set"),
        description=f"Fitted on the fit rows, calibrated on later ones: {spec.score_means}. Baselines beside it.",
    )
    def challenger(
        context: dg.AssetExecutionContext, training_set: TrainingSet, workplace: dg.ResourceParam[Workplace]
    ) -> Challenger:
        fitted = fit(workplace, training_set, spec)
        context.add_output_metadata(
            {"seconds": fitted.effort.seconds if fitted.effort else None, "high_from": fitted.facts.high_from}
        )
        return fitted

    return challenger


def fit(workplace: Workplace, training_set: TrainingSet, spec: Model) -> Challenger:
    """Fit, and note what fitting took."""
    n_threads, started = workplace.settings.n_threads, time.perf_counter()
    fitted = fit_challenger(training_set, spec, project=workplace.project.name, n_threads=n_threads)
    effort = Effort(
        trained_at=workplace.clock(),
        seconds=time.perf_counter() - started,
        n_threads=n_threads,
        peak_memory_mb=peak_memory_mb(),
    )
    return replace(fitted, effort=effort)
