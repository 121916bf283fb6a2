"""The bill of materials: every package that is installed beside the model, with version and licence, as CycloneDX 1.6 JSON.

Equal installations give equal bytes: there is no serial number and no moment in it. Whether a version has known faults is a
question for an advisory scan, which reads this file.
"""

import re
from collections import Counter
from dataclasses import dataclass
from email.message import Message
from functools import cache
from importlib import metadata
from typing import Any

import rfc8785

from tenure.canonical import sha256
from tenure.evidence import BillFacts

SPEC_VERSION = "1.6"
_OWN = "tenure"
_LONGEST_LICENCE = 60
# Classifiers that name who approves of a licence, not which one it is.
_NO_LICENCE = ("OSI Approved", "DFSG approved")
# How trove classifiers and free texts name the licences that SPDX has a short name for.
_SPDX = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd": "BSD License",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "gnu general public license v3 or later": "GPL-3.0-or-later",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
    "python software foundation license": "PSF-2.0",
    "the unlicense": "Unlicense",
}


@dataclass(frozen=True, kw_only=True)
class Bill:
    """The file and what a card says of it."""

    content: bytes
    facts: BillFacts


@dataclass(frozen=True, kw_only=True, order=True)
class Installed:
    """One installed package; `licence` is None where it declares none."""

    name: str
    version: str
    licence: str | None


@cache
def bill_of_materials() -> Bill:
    """Read the installed packages of this process, once."""
    return bill_of(installed())


def installed() -> tuple[Installed, ...]:
    """Every installed package but our own, by name; of one that is found twice, the first on the path, which is imported."""
    found: dict[str, Installed] = {}
    for distribution in metadata.distributions():
        about = distribution.metadata
        name = re.sub(r"[-_.]+", "-", about["Name"]).lower()
        if name != _OWN:
            found.setdefault(name, Installed(name=name, version=distribution.version, licence=licence_of(about)))
    return tuple(sorted(found.values(), key=lambda one: one.name))


def bill_of(packages: tuple[Installed, ...]) -> Bill:
    """Write packages as a bill of materials."""
    content = rfc8785.dumps(
        {
            "$schema": f"http://cyclonedx.org/schema/bom-{SPEC_VERSION}.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": SPEC_VERSION,
            "version": 1,
            "metadata": {"component": {"type": "application", "name": _OWN, "bom-ref": _OWN}},
            "components": [_component(package) for package in packages],
        }
    )
    counted = Counter(package.licence for package in packages if package.licence)
    facts = BillFacts(
        digest=sha256(content),
        n_packages=len(packages),
        licences=tuple(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))),
        licence_unknown=tuple(package.name for package in packages if not package.licence),
    )
    return Bill(content=content, facts=facts)


def _component(package: Installed) -> dict[str, Any]:
    """One package in CycloneDX's words; a package that declares no licence has none here either."""
    purl = f"pkg:pypi/{package.name}@{package.version.replace('+', '%2B')}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
    }
    if package.licence:
        component["licenses"] = [{"license": {"name": package.licence}}]
    return component


def licence_of(about: "metadata.PackageMetadata | Message") -> str | None:
    """The licence that a package declares, in short: its SPDX expression, else its classifier, else a line of free text."""
    expression = about.get("License-Expression")
    classified = [line.rsplit("::", 1)[-1].strip() for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [line for line in classified if line not in _NO_LICENCE]
    free = (about.get("License") or "").strip().split("\n")[0].strip()
    declared = expression or " AND ".join(sorted({_short(line) for line in named})) or free
    return _short(declared) if declared and declared.upper() != "UNKNOWN" and len(declared) <= _LONGEST_LICENCE else None


def _short(licence: str) -> str:
    """A licence by its SPDX name where the text is a known way to say it."""
    plain = re.sub(r"\s*\([^()]*\)$", "", licence).strip() or licence
    return _SPDX.get(plain.lower(), plain)
