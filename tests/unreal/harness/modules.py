"""Whether every include is allowed: its module is a dependency, and no editor module is in reach of the game's."""

import json
import re
from pathlib import Path

from . import paths
from .paths import Finding
from .table import read_modules

INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"')
NAMES = re.compile(r'"([A-Za-z]\w+)"')
# Modules that exist only where the editor is compiled.
EDITOR_MODULES = {
    "AnimGraph", "AssetDefinition", "AssetTools", "BlueprintGraph", "ContentBrowser", "ControlRigEditor", "LevelSequenceEditor",
    "PropertyEditor", "ToolMenus", "UnrealEd", "WorkspaceMenuStructure", "CSTalkUncooked", "CSTalkEditor",
}
# Engine plugins that hold modules which are no part of the engine itself.
PLUGIN_OF = {"ControlRig": "ControlRig", "ControlRigEditor": "ControlRig", "LevelSequenceEditor": "LevelSequenceEditor"}
# Dependencies that no include of ours names: the headers of others need them, or they are linked only.
INDIRECT = {
    "CSTalkLibrary": "the archive and what the native layer includes", "CoreUObject": "reflection", "Engine": "headers of AnimGraph",
    "BlueprintGraph": "headers of AnimGraph", "UnrealEd": "headers of AnimGraph",
    "AssetDefinition": "headers of UnrealEd's asset definitions", "InputCore": "headers of Slate",
}
MODULE_TYPES = {"Runtime", "UncookedOnly", "Editor"}
LOADING_PHASES = {"PreDefault", "Default", "PostDefault"}


def dependencies(build_file: Path) -> tuple[set[str], set[str]]:
    """Public and private dependencies of a Build.cs."""
    text = re.sub(r"//[^\n]*", "", build_file.read_text(encoding="utf-8"))
    found = {"Public": set(), "Private": set()}
    for kind, names in re.findall(r"(Public|Private)DependencyModuleNames\.AddRange\(new string\[\]\s*\{(.*?)\}\)", text, re.DOTALL):
        found[kind] |= set(NAMES.findall(names))
    return found["Public"], found["Private"]


def check_includes(source: Path) -> list[Finding]:
    """Includes of all modules against their Build.cs."""
    engine = read_modules()
    findings = []
    for module in paths.our_modules(source):
        build_file = source / module / f"{module}.Build.cs"
        public, private = dependencies(build_file)
        own = {header.name: name for name in paths.our_modules(source) for header in (source / name / "Public").rglob("*.h")}
        used: set[str] = set()
        for path in [*paths.headers_of(module, source), *paths.sources_of(module, source)]:
            allowed = public if "Public" in path.parts else public | private
            local = {header.name for header in paths.headers_of(module, source)}
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
                match = INCLUDE.match(line)
                if not match or match.group(1).endswith(".generated.h"):
                    continue
                name = match.group(1)
                owner = module if Path(name).name in local else own.get(name) or engine.get(name)
                if owner is None:
                    findings.append(Finding(path, number, f"{name} is in no module that is known"))
                elif owner != module and owner not in allowed:
                    where = "public" if "Public" in path.parts else "public or private"
                    findings.append(Finding(path, number, f"{name} belongs to {owner}, which is no {where} dependency of {module}"))
                elif "Public" in path.parts and Path(name).name in local and "Private" in str(header_path(source, module, name)):
                    findings.append(Finding(path, number, f"{name} is private, and this header is public"))
                used.add(owner or "")
        for name in sorted((public | private) - used - set(INDIRECT)):
            findings.append(Finding(build_file, 1, f"{name} is a dependency, and nothing of it is included"))
    return findings


def header_path(source: Path, module: str, name: str) -> Path:
    return next(path for path in paths.headers_of(module, source) if path.name == Path(name).name)


def check_descriptor(root: Path, source: Path) -> list[Finding]:
    """The descriptor against the modules, and game modules against editor ones."""
    path = root / "CSTalk.uplugin"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    findings = []
    listed = {module["Name"]: module for module in descriptor["Modules"]}
    if sorted(listed) != paths.our_modules(source):
        findings.append(Finding(path, 1, f"modules are {sorted(listed)}, folders with a Build.cs are {paths.our_modules(source)}"))
    plugins = {plugin["Name"] for plugin in descriptor.get("Plugins", []) if plugin["Enabled"]}
    for name, module in listed.items():
        if module["Type"] not in MODULE_TYPES or module["LoadingPhase"] not in LOADING_PHASES:
            findings.append(Finding(path, 1, f"{name}: type {module['Type']} or phase {module['LoadingPhase']} is unknown"))
        build_file = source / name / f"{name}.Build.cs"
        if not build_file.is_file():
            continue
        public, private = dependencies(build_file)
        if module["Type"] == "Runtime" and (public | private) & EDITOR_MODULES:
            findings.append(Finding(build_file, 1, f"a game module depends on {sorted((public | private) & EDITOR_MODULES)}"))
        for dependency in sorted(public | private):
            if dependency in PLUGIN_OF and PLUGIN_OF[dependency] not in plugins:
                findings.append(Finding(path, 1, f"{name} needs {dependency}, so the plugin {PLUGIN_OF[dependency]} must be enabled"))
        if "IMPLEMENT_MODULE" not in "".join(file.read_text(encoding="utf-8") for file in paths.sources_of(name, source)):
            findings.append(Finding(build_file, 1, "no IMPLEMENT_MODULE in the module"))
        elif not any(re.search(rf"IMPLEMENT_MODULE\(\w+, {name}\)", file.read_text(encoding="utf-8")) for file in paths.sources_of(name, source)):
            findings.append(Finding(build_file, 1, f"IMPLEMENT_MODULE does not name {name}"))
    return findings
