"""Whether the presets that ship are what the plugin's FCSTalkPerformance holds: known names, values inside their ranges.

The library reads them, as the test of `cstalk` in tests/it does with these very files; here they are held against the plugin's own names.
"""

import json
import re
from pathlib import Path

from . import paths
from .paths import Finding

PROPERTY = re.compile(r"UPROPERTY\((?P<arguments>.*)\)\s*\n\s*(?P<type>\w+) (?P<name>\w+)(?: =[^;]*)?;")
LIMIT = re.compile(r'Clamp(Min|Max) = "([-0-9.]+)"')
SCHEMA = "cstalk-preset/1"
# Keys that a performance has no property for; the others are its properties in snake case.
TEXTS = {"schema", "name", "model"}
RENAMED = {"emotion_strength": "strength", "part_weights": "shown"}


def read_structs(text: str) -> dict[str, dict[str, tuple[str, float, float]]]:
    """Type and range of every property, by struct and by name in lower case."""
    structs = {}
    for name, body in re.findall(r"struct CSTALK_API (\w+)\n\{(.*?)\n\};", text, re.DOTALL):
        members = {}
        for match in PROPERTY.finditer(body):
            limits = dict(LIMIT.findall(match["arguments"]))
            low, high = float(limits.get("Min", "-inf")), float(limits.get("Max", "inf"))
            members[match["name"].lower()] = (match["type"], low, high)
        structs[name] = members
    return structs


def check_value(structs: dict, type_name: str, value: dict, where: str, path: Path) -> list[Finding]:
    """One object of a preset against its struct."""
    findings = []
    for key, inner in value.items():
        known = structs[type_name].get(RENAMED.get(key, key).replace("_", ""))
        if known is None or key != key.lower():
            findings.append(Finding(path, 1, f"{where}{key}: wanted one of {', '.join(sorted(structs[type_name]))}"))
        elif isinstance(inner, dict):
            findings += check_value(structs, known[0], inner, f"{where}{key}.", path)
        elif not isinstance(inner, (int, float)) or not known[1] <= inner <= known[2]:
            findings.append(Finding(path, 1, f"{where}{key}: wanted {known[1]} to {known[2]}, found {inner}"))
    return findings


def check_file(structs: dict, path: Path) -> list[Finding]:
    """One preset: its schema, its name as that of its file, its values."""
    preset = json.loads(path.read_text(encoding="utf-8"))
    findings = [
        Finding(path, 1, f"{key}: wanted {wanted}, found {preset.get(key)}")
        for key, wanted in (("schema", SCHEMA), ("name", path.stem)) if preset.get(key) != wanted
    ]
    values = {key: value for key, value in preset.items() if key not in TEXTS}
    return findings + check_value(structs, "FCSTalkPerformance", values, "", path)


def check() -> list[Finding]:
    """All presets."""
    structs = read_structs((paths.SOURCE / "CSTalk" / "Public" / "CSTalkTypes.h").read_text(encoding="utf-8"))
    findings = []
    files = sorted((paths.ROOT / "Content" / "Presets").glob("*.json"))
    if not files:
        findings.append(Finding(paths.ROOT / "Content" / "Presets", 1, "no presets"))
    for path in files:
        findings += check_file(structs, path)
    return findings
