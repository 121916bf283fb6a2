"""Contracts of sources in the form of the Open Data Contract Standard: `tenure contracts export` and `import`."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.settings import load_settings
from cli.places import ProjectName, open_settings, say
from home.companies import find
from tenure.errors import SourceError, SpecError
from tenure.history.nouns import counted

contracts_app = typer.Typer(no_args_is_help=True, help="Contracts of sources, as the Open Data Contract Standard writes them.")
ENDING = ".odcs.yaml"


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(contracts_app, name="contracts")


@contracts_app.command("export")
def export_contracts(
    source: Annotated[str | None, typer.Argument(help="A source by name; all of them by default.")] = None,
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("contracts"),
    project: ProjectName = None,
) -> None:
    """Write each source as a data contract (Open Data Contract Standard): NAME.odcs.yaml, from what the folder declares."""
    from adapters.project_folders import load_declared
    from adapters.whole_files import write_whole
    from tenure.open_contracts.document import write_yaml
    from tenure.open_contracts.written import contract_of

    if out.exists() and not out.is_dir():
        raise SpecError(f"Contracts are written into a folder, and {out} is a file. Name another.")
    declared = load_declared(_folder(project))
    chosen = declared.sources if source is None else (declared.source(source),)
    if not chosen:
        raise SpecError(f"{declared.title} declares no source yet, so there is no contract to write.")
    for each in chosen:
        write_whole(out / f"{each.name}{ENDING}", write_yaml(contract_of(each, declared.name)))
    say(f"Wrote {counted(len(chosen), 'contract', 'contracts')} into {out}: {', '.join(each.name for each in chosen)}.")


@contracts_app.command("import")
def import_contract(
    file: Annotated[Path, typer.Argument(help="A contract as YAML, version 3 of the Open Data Contract Standard.")],
    project: ProjectName = None,
    customer: Annotated[str | None, typer.Option(help="The column that names the customer.")] = None,
    time: Annotated[str | None, typer.Option(help="The column that says when.")] = None,
) -> None:
    """Write a contract's tables as sources of a company, and say what of it no source can hold."""
    from adapters.whole_files import write_whole
    from tenure.open_contracts.python_file import source_file
    from tenure.open_contracts.read import read_contract

    folder = _folder(project)
    read = read_contract(_text(file), file.name, customer=customer, time=time)
    written = {folder / "sources" / f"{source.name}.py": source for source in read.sources}
    if there := [path for path in written if path.exists()]:
        raise SpecError(
            f"There is a source at {there[0]} already, and import writes over none. Move it, or name the table otherwise."
        )
    for path, source in written.items():
        write_whole(path, source_file(source, f"{source.title}, as the contract {file.name} says."))
    for note in read.notes:
        say(note)
    say(f"Wrote {', '.join(map(str, written))}. Read them, then: tenure check --project {folder}")


def _folder(project: str | None) -> Path:
    """The company's folder; a home is not needed."""
    settings = load_settings()
    return find(open_settings() if settings.home.exists() else settings, project)


def _text(file: Path) -> str:
    """The text of a file."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "is not written as UTF-8" if isinstance(error, UnicodeDecodeError) else "cannot be opened"
        raise SourceError(f"The contract {file} {why}.") from None
