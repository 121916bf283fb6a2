"""The one code location, which `workspace.yaml` names: a repository for each company of the home.

Dagster reads a location by importing it, so this is the one file of Tenure that does something when it is imported. A company
that cannot be loaded is left out, and said, so that it takes the others' pages with it no more than their mornings.
"""

import sys

import dagster as dg

from adapters.project_folders import load_folder, own_definitions
from adapters.settings import load_settings, prepare_environment
from home.companies import folder_of, names
from pipelines.definitions import LOCATION, build_definitions, repository_of
from tenure.errors import TenureError


def repositories() -> dict[str, dg.RepositoryDefinition]:
    """The repository of each company of the home.

    Raises
    ------
    TenureError: when no company of the home can be loaded.
    """
    prepare_environment()
    settings = load_settings()
    found, refused = {}, []
    for name in names(settings):
        try:
            folder = folder_of(settings, name)
            project = load_folder(folder, settings.deliveries)
            own = own_definitions(folder)
            definitions = own if isinstance(own, dg.Definitions) else build_definitions(project, settings)
        except TenureError as error:
            refused.append(error)
            sys.stderr.write(f"Not served: {name}. {error}\n")
            continue
        found[name] = repository_of(name, definitions)
    if refused and not found:
        raise refused[0]
    return found or {LOCATION: repository_of(LOCATION, dg.Definitions())}


globals().update(repositories())
