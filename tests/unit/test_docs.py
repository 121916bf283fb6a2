"""The documentation names what there is: every setting, command, error and lasting choice."""

import inspect
import re
from dataclasses import fields

import pytest
import typer

from adapters import settings
from adapters.settings import ROOMS
from cli.main import app
from provenance.status_records import ModelStatus, ProjectStatus
from tenure import errors

PAGES = (ROOMS / "README.md", *sorted((ROOMS / "docs").glob("*.md")))
DECISIONS = sorted((ROOMS / "docs" / "decisions").glob("*.md"))
EVERY_PAGE = (*PAGES, ROOMS / "CONTRIBUTING.md", ROOMS / "CHANGELOG.md", *DECISIONS)


@pytest.fixture(scope="module")
def documentation():
    """README and the pages of docs/, as one text."""
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def commands(group, path=()):
    """Every command of a Typer app's tree, as its words."""
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


def error_classes():
    """Every error of the family but its root's ancestors."""
    return sorted(name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, errors.TenureError))


SETTINGS = sorted(set(re.findall(r"TENURE_[A-Z_]+", inspect.getsource(settings))))
COMMANDS = sorted(commands(typer.main.get_command(app)))


def test_the_lists_are_not_empty():
    """The tests below look at something."""
    assert len(SETTINGS) > 5
    assert len(COMMANDS) > 5
    assert len(error_classes()) > 10


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented(name, documentation):
    """A variable that the program reads is one that people can find."""
    assert f"`{name}`" in documentation


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command, documentation):
    """A command that exists is one that people can find."""
    assert f"tenure {command}" in documentation


@pytest.mark.parametrize("name", error_classes())
def test_every_error_is_documented_and_drawn_in_the_tree(name, documentation):
    """An error that may be raised is explained to whoever meets it, and stands in the tree at the top of errors.py."""
    assert f"`{name}`" in documentation
    assert re.search(rf"\b{name}\b", errors.__doc__)


def test_every_documented_command_exists(documentation):
    """What the pages tell people to type can be typed."""
    named = set(re.findall(r"`tenure ([a-z][a-z-]*(?: scores)?)", documentation))

    assert named - set(COMMANDS) - {command.split()[0] for command in COMMANDS} == set()


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.relative_to(ROOMS).as_posix())
def test_every_link_between_pages_leads_somewhere(page):
    """A relative link points to a file that is there."""
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_lasting_choice_is_listed(page):
    """CONTRIBUTING lists each decision, and its title carries its number."""
    number = int(page.stem[:4])

    assert f"docs/decisions/{page.name}" in (ROOMS / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_no_two_lasting_choices_share_a_number():
    """A decision's number is one page, and CONTRIBUTING lists them in order."""
    page = (ROOMS / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[\d+\]\(docs/decisions/(\d{4})-", page, re.MULTILINE)

    assert listed == sorted({decision.stem[:4] for decision in DECISIONS})


@pytest.mark.parametrize("answer", [ProjectStatus, ModelStatus], ids=lambda answer: answer.__name__)
def test_every_field_of_the_status_is_documented(answer):
    """Programs that read `tenure status --json` find each of its fields."""
    page = (ROOMS / "docs" / "reference.md").read_text(encoding="utf-8")
    table = page[page.index("## Status as JSON") :]
    named = set(re.findall(r"[`.]([a-z_]+)(?:\.<[a-z]+>|\[\])*`", table))

    assert {field.name for field in fields(answer)} - named - {"models"} == set()
