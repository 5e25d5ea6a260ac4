"""The JSON of every command keeps its schema, and no field is left out of schema or reference."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import comity
from comity.law.corpus import CORPUS
from doors.conftest import AT

SCHEMAS = Path(comity.__file__).parent / "schemas"
NAMES = sorted(path.stem for path in SCHEMAS.glob("*.json"))


def schema(name):
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def closed(node):
    """The schema with every object closed: a field that is not in it fails."""
    if isinstance(node, dict):
        node = {key: closed(value) for key, value in node.items()}
        if "properties" in node and node.get("type") in ("object", ["object", "null"]):
            node["additionalProperties"] = False
        return node
    return [closed(item) for item in node] if isinstance(node, list) else node


def check(record):
    name = record["schema"].removeprefix("comity.").replace("/", "-")
    errors = sorted(Draft202012Validator(closed(schema(name))).iter_errors(record), key=lambda e: list(e.path))
    assert not errors, "\n".join(f"{list(e.path)}: {e.message[:200]}" for e in errors[:5])
    return name


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_one(name):
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"urn:comity:{name}"
    assert schema(name)["properties"]["schema"]["const"] == "comity." + name.replace("-1", "/1")


EXAMPLE = "examples/cv-screener.yaml"
CASES = {
    "assessment-1": ["assess", "{p}", "--as-of", "2026-11-21"],
    "explanation-1": ["explain", "{p}", "SB53-8", *AT],
    "timeline-1": ["timeline", "{p}", "--past", "--as-of", "2026-11-21"],
    "facts-1": ["facts"],
    "law-list-1": ["law", "list"],
    "law-1": ["law", "show", "eu/ai-act"],
    "coverage-1": ["law", "coverage"],
    "catalogue-1": ["law", "coverage", "--provisions"],
    "law-stale-1": ["law", "stale", "--as-of", "2026-11-21"],
    "diff-1": ["diff", "us-ca/sb53", "--patch", "examples/patches/us-hr9925/ca-sb53.yaml"],
    "whatif-1": [
        "whatif",
        "examples/patches/us-hr9925/ca-sb53.yaml",
        "{p}",
        "--as-of",
        "2027-08-01",
        "--facts-at",
        "2026-11-21",
    ],
    "faults-1": ["assess", "{p}.missing"],
}


@pytest.mark.parametrize("name", CASES)
def test_real_answers_keep_their_schema(comity, frontier, name):
    ran = comity(*(arg.replace("{p}", str(frontier)) for arg in CASES[name]), "--json")
    assert check(ran.json) == name


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_shipped_examples_keep_the_schema(comity, path):
    ran = comity("assess", path, "--as-of", "2026-11-21", "--json")
    assert ran.code == 0, ran.err
    assert check(ran.json) == "assessment-1"


def test_lint_and_test_keep_their_schema(comity, monkeypatch):
    # One folder of worked cases is enough for the shape of the answer.
    monkeypatch.setattr("comity.law.corpus.CORPUS", CORPUS / "us-ca")
    lint = comity("law", "lint", "--json")
    assert check(lint.json) == "law-lint-1"
    assert lint.code == (4 if lint.json["errors"] else 0)
    tested = comity("law", "test", "--all", "--json")
    assert check(tested.json) == "law-test-1"
    assert tested.code == (4 if tested.json["failed"] else 0)
    assert len(tested.json["results"]) == tested.json["run"] > 0


def fields(node, found):
    if isinstance(node, dict):
        for name, value in node.get("properties", {}).items():
            found.add(name)
            fields(value, found)
        for key, value in node.items():
            if key != "properties":
                fields(value, found)
    elif isinstance(node, list):
        for item in node:
            fields(item, found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_explains_every_field(root, name):
    text = (root / "docs" / "reference" / "assessment.md").read_text(encoding="utf-8")
    missing = sorted(field for field in fields(schema(name), set()) if f"`{field}`" not in text)
    assert not missing, f"docs/reference/assessment.md does not explain {', '.join(missing)} of {name}"
