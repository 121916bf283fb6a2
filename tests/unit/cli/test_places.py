"""What each command does to a home."""

import pytest
import typer

from cli.main import app
from cli.places import USES, use_of
from home.opening import Use
from tests.unit.test_docs import commands


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("status --json", Use.READS),
        ("export scores --out x.csv", Use.READS),
        ("trust show", Use.READS),
        ("trust init --quorum 1", Use.MAKES),
        ("trust next next.json", Use.CHANGES),
        ("score --day 2017-11-15", Use.CHANGES),
        ("land", Use.MAKES),
        ("approve 3f9c2a41", Use.CHANGES),
    ],
)
def test_a_command_line_is_known_by_its_first_words(line: str, use: Use) -> None:
    """A command that stands in no table changes a home that is there, and begins none."""
    assert use_of(line.split()) is use


def test_the_table_names_commands_that_there_are() -> None:
    """A renamed command would silently come to change what it only reads."""
    assert set(USES) - set(commands(typer.main.get_command(app))) == set()
