"""The demonstration: a year of a real grocer, from raw lines to promoted models, scores and what really happened."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer

from cli.places import DEMO_PROJECT, open_workplace
from governance.doors.demonstration import (
    REVIEWERS,
    approve_as_demo,
    approve_data_as_demo,
    as_engineer,
    ask_as_demo,
    found_demo_trust,
)
from home.workplace import Workplace
from tenure.errors import PromotionError, SpecError
from tenure.gates import Outcome
from tenure.project import DemoDays
from tenure.specs import Model

# What a person who runs the demonstration has said, by running it, about questions that the gates leave open.
REASON = (
    "Demonstration run: the open questions are shown on the card. Groups too small to assess, or differences too uncertain to "
    "call, are accepted for these public research data only; nobody is contacted."
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    project: Annotated[str, typer.Option("--project", "-p", help="A company that has a demonstration.")] = DEMO_PROJECT,
    quietly: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Land a year, train, show gates and cards, promote, score two weeks, and compare with what happened."""
    workplace = open_workplace(project)
    days = workplace.project.demo_days
    if days is None:
        raise SpecError(f"Project {project!r} has no demonstration: give its project.py demo_days.")
    story = Story(workplace, days, quietly=quietly)
    story.tell()


class Story:
    """The steps of the demonstration, one after the other, with a progress bar."""

    def __init__(self, workplace: Workplace, days: DemoDays, *, quietly: bool) -> None:
        """Prepare the story of a project."""
        from rich.console import Console

        # In a file or a pipe there is no screen to fit.
        self._workplace, self._days, self._console = workplace, days, Console(width=None if sys.stdout.isatty() else 120)
        self._quietly, self._started = quietly, time.perf_counter()

    def tell(self) -> None:
        """Run all steps, then sum up."""
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        specs = self._workplace.project.models
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, disable=self._quietly) as progress:
            self._progress = progress
            self._bar = progress.add_task("Preparing", total=3 + len(specs))
            found_demo_trust(self._workplace.settings, self._workplace.project.name, self._workplace.clock)
            self._approve_data()
            self._land()
            for spec in specs:
                self._train(spec)
            self._score()
            self._compare()
        self._sum_up()

    def _approve_data(self) -> None:
        """Let the demonstration's people approve the company's purposes and sources, and say so."""
        if names := approve_data_as_demo(self._workplace.promotions, self._workplace.settings):
            said = f"Purposes and sources approved by {' and '.join(REVIEWERS)}: a demonstration, no board has looked at them"
            self._console.print(f"{said} ({', '.join(names)})", highlight=False)

    def _land(self) -> None:
        """Land the whole year in one run."""
        project = self._workplace.project
        last = project.last_key or self._days.score_to
        with self._step(f"Landing and validating {project.title}, {project.first_day} to {project.last_day}"):
            self._run("history", project.keys_until(last))

    def _train(self, spec: Model) -> None:
        """Train a challenger as of the demo's day, say what the gates found, and promote it if they let it."""
        from assets.candidate import REQUEST_TAG
        from cli.promotion import show
        from home.card_page import card_now, write_card
        from pipelines.jobs import train_config, train_job_name

        as_of = self._days.train_as_of.isoformat()
        with self._step(f"Training {spec.name} with what was known on {as_of}"):
            asked = ask_as_demo(self._workplace.promotions, self._workplace.settings, [spec.name])
            config = train_config(self._workplace.project, spec, as_of)
            self._run(train_job_name(spec), (), config, tags={REQUEST_TAG: asked} if asked else {})
            newest = self._workplace.packages.candidates(self._workplace.project.name, spec.name)[-1]
            now = card_now(self._workplace, newest.digest)
            self._console.print(f"[bold]{spec.name}[/bold] {newest.digest[:12]}: {now.decision.outcome}", highlight=False)
            for verdict in now.decision.verdicts:
                line = f"   {verdict.result:<15} {verdict.gate.name}: {verdict.found}"
                self._console.print(shortened(line, self._console.width), highlight=False)
            write_card(self._workplace, now)
            try:
                if now.decision.outcome is not Outcome.REFUSED:
                    approve_as_demo(self._workplace.promotions, self._workplace.settings, newest.digest)
                why = REASON if now.decision.reasons else ""
                asker = as_engineer(self._workplace.settings)
                record = self._workplace.promotions.promote(newest.digest, why, **asker)
            except PromotionError as error:
                self._console.print(f"   not promoted: {error}", highlight=False)
                return
            self._console.print(
                f"   approved by {' and '.join(REVIEWERS)}: a demonstration, nobody read the card", highlight=False
            )
            for line in filter(None, show(self._workplace, record)):
                self._console.print(line, highlight=False, soft_wrap=True)  # a path stays on its line

    def _score(self) -> None:
        """Score every day of the demo's fortnight."""
        from tenure.timeline import days_between

        days = days_between(self._days.score_from, self._days.score_to)
        with self._step(f"Scoring every day from {days[0]} to {days[-1]}"):
            self._run("daily", days)

    def _compare(self) -> None:
        """Hold the scores against what happened since."""
        from assets.performance import compare_days
        from tenure.timeline import days_between

        days = days_between(self._days.score_from, self._days.score_to)
        with self._step("Comparing the scores with what really happened"):
            for spec in self._workplace.project.models:
                compare_days(self._workplace, spec, days)

    def _sum_up(self) -> None:
        """A summary that fits a screen."""
        from cli.summary import summary
        from provenance.status import read_status

        seconds = time.perf_counter() - self._started
        self._console.print(summary(read_status(self._workplace), self._workplace.project, seconds))

    def _run(
        self,
        job: str,
        days: Sequence[date],
        config: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Run a job; a failure ends the story."""
        from pipelines.run import run_job

        outcome = run_job(self._workplace.project, self._workplace.settings, job, days=days, config=config, tags=tags)
        if not outcome.succeeded:
            for failure in outcome.failures:
                self._console.print(failure, style="red")
            raise typer.Exit(1)

    @contextmanager
    def _step(self, title: str) -> Iterator[None]:
        """One step of the progress bar."""
        self._progress.update(self._bar, description=title)
        started = time.perf_counter()
        yield
        self._progress.advance(self._bar)
        self._console.print(f"[dim]{title}: {time.perf_counter() - started:.0f} s[/dim]", highlight=False)


def shortened(line: str, width: int) -> str:
    """A line that fits its screen: the beginning of a long one, which the card has in full."""
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
