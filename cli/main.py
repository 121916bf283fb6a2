"""The `tenure` command and its groups of subcommands."""

import sys
from importlib import metadata
from typing import Annotated

from cli.interrupts import watch

if __name__ == "__main__":
    watch()  # a command that is asked to end while it still imports ends as any other

import typer

from adapters.settings import CHECKOUT, ROOMS, prepare_environment

prepare_environment()

from cli import (  # noqa: E402 - telemetry is off first
    access,
    asking,
    backup,
    check,
    consent,
    contracts,
    data,
    decisions,
    demo,
    docs,
    encryption,
    erase,
    exceptions,
    export,
    history,
    init,
    keys,
    people,
    promotion,
    pseudonyms,
    requests,
    retention,
    review,
    services,
    simulate,
    status,
    subject,
    trace,
    training,
    trust,
    upgrade,
)
from cli.edges import alert, in_words  # noqa: E402
from cli.interrupts import TOLD  # noqa: E402
from cli.places import use_of  # noqa: E402
from cli.terminal import make_terminal_safe  # noqa: E402
from home.opening import Use  # noqa: E402
from tenure import imports  # noqa: E402
from tenure.errors import HomeError, TenureError  # noqa: E402


def _say_version(asked: bool) -> None:
    """Which Tenure this is, and where it lies."""
    if asked:
        typer.echo(f"tenure {metadata.version('tenure')} ({CHECKOUT or ROOMS.parent})")
        raise typer.Exit


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Governed customer intelligence: from raw customer records to approved, explained, audited daily scores.",
)
GROUPS = (
    init,
    check,
    simulate,
    docs,
    contracts,
    demo,
    data,
    history,
    training,
    asking,
    decisions,
    exceptions,
    promotion,
    keys,
    trust,
    consent,
    people,
    pseudonyms,
    erase,
    retention,
    status,
    requests,
    subject,
    export,
    trace,
    access,
    services,
    review,
    upgrade,
    backup,
    encryption,
)


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which Tenure this is, and end.")
    ] = False,
) -> None:
    del version


for group in GROUPS:
    group.add_to(app)


def main() -> None:
    """Run the command; a refusal by Tenure or by the machine is a sentence, not a traceback."""
    watch()
    make_terminal_safe()
    if use_of(sys.argv[1:]) is Use.READS:
        imports.keep_pandas_out()
    try:
        app()
    except TenureError as error:
        _refuse(str(error), is_told=isinstance(error, HomeError))
    except Exception as error:
        # At the edge of the program: what the machine refused is said; anything else is a fault of ours, and shown whole.
        words = in_words(error)
        if words is None:
            raise
        _refuse(words, is_told=True)


def _refuse(words: str, *, is_told: bool) -> None:
    """Say why the command ends, and alert where a schedule may have started it and no run could tell."""
    typer.secho(f"tenure: {words}", err=True, fg=typer.colors.RED)
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if is_told and command in TOLD:
        alert(command, words)
    sys.exit(1)


if __name__ == "__main__":
    main()
