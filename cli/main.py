"""The `tenure` command and its groups of subcommands."""

import sys

import typer

from adapters.settings import prepare_environment

prepare_environment()

from cli import (  # noqa: E402 - telemetry is off first
    decisions,
    demo,
    export,
    history,
    keys,
    promotion,
    review,
    services,
    status,
    trace,
    training,
    trust,
)
from tenure.errors import TenureError  # noqa: E402

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Governed customer intelligence: from raw customer records to approved, explained, audited daily scores.",
)
for group in (demo, history, training, decisions, promotion, keys, trust, status, export, trace, services, review):
    group.add_to(app)


def main() -> None:
    """Run the command; a refusal by Tenure is a sentence, not a traceback."""
    try:
        app()
    except TenureError as error:
        typer.secho(f"tenure: {error}", err=True, fg=typer.colors.RED)
        sys.exit(1)


if __name__ == "__main__":
    main()
