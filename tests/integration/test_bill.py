"""The bill of materials of the real installation."""

import json
import re
import subprocess
import sys
from email.message import Message
from importlib import metadata

import pytest

from adapters.bill import Installed, bill_of, bill_of_materials, installed, licence_of
from adapters.settings import ROOMS
from tenure.canonical import sha256


def test_it_keeps_what_cyclonedx_1_6_requires():
    """Required keys of the document and of each component, closed to what the format knows, references unique."""
    bill = json.loads(bill_of_materials().content)

    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert set(bill) == {"$schema", "bomFormat", "specVersion", "version", "metadata", "components"}
    assert set(bill["metadata"]["component"]) == {"type", "name", "bom-ref"}
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references)) > 50
    for component in bill["components"]:
        assert {"type", "name"} <= set(component) <= {"type", "bom-ref", "name", "version", "purl", "licenses"}
        assert component["type"] == "library"
        assert re.fullmatch(r"pkg:pypi/[a-z0-9-]+@[^@\s]+", component["purl"])
        for choice in component.get("licenses", []):
            assert set(choice) == {"license"}
            assert set(choice["license"]) == {"name"}


def test_it_lists_every_installed_package_with_its_version():
    """As pip would."""
    listed = {(c["name"], c["version"]) for c in json.loads(bill_of_materials().content)["components"]}

    assert ("lightgbm", metadata.version("lightgbm")) in listed
    assert {name for name, _ in listed} == {package.name for package in installed()}
    assert "tenure" not in {name for name, _ in listed}


def test_what_the_card_says_of_it_adds_up():
    """Every package has one licence or is named as having none."""
    bill = bill_of_materials()
    facts = bill.facts

    assert facts.digest == sha256(bill.content)
    assert sum(n for _, n in facts.licences) + len(facts.licence_unknown) == facts.n_packages == len(installed())


def test_another_process_makes_the_same_bytes():
    """No moment, no random number, no order of a folder is in it."""
    code = "from adapters.bill import bill_of_materials; print(bill_of_materials().facts.digest)"
    command = [sys.executable, "-c", code]
    made = subprocess.run(command, cwd=ROOMS, check=True, capture_output=True, text=True)

    assert made.stdout.strip() == bill_of_materials().facts.digest


def test_a_package_without_a_licence_is_named():
    """Rather than counted as something."""
    bill = bill_of((Installed(name="a", version="1", licence="MIT"), Installed(name="b", version="2", licence=None)))

    assert (bill.facts.licences, bill.facts.licence_unknown) == ((("MIT", 1),), ("b",))
    assert "licenses" not in json.loads(bill.content)["components"][1]


def about(*lines: tuple[str, str]) -> Message:
    """A package's metadata."""
    message = Message()
    for key, value in lines:
        message[key] = value
    return message


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (
            [("License-Expression", "MIT OR Apache-2.0"), ("Classifier", "License :: OSI Approved :: BSD License")],
            "MIT OR Apache-2.0",
        ),
        ([("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        ([("Classifier", "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)")], "MPL-2.0"),
        ([("Classifier", "License :: OSI Approved"), ("License", "Apache 2.0")], "Apache-2.0"),
        ([("License", "Copyright (c) somebody, who grants permission to anybody to do what they like with it")], None),
        ([("License", "UNKNOWN")], None),
        ([], None),
    ],
)
def test_a_licence_is_read_from_what_a_package_declares(lines, licence):
    """Its expression, else its classifier, else one short line of text."""
    assert licence_of(about(*lines)) == licence
