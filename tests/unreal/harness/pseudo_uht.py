"""A pseudo header tool: writes *.generated.h and lints reflection. It is a lint, not Unreal Header Tool.

It reads headers line by line and knows the shapes that this plugin uses; what it cannot read it reports.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from .paths import Finding

MARK = re.compile(r"^\s*(UCLASS|USTRUCT|UENUM|UINTERFACE)\((.*)\)\s*$")
TYPE = re.compile(r"^\s*(class|struct)\s+(?:(\w+_API)\s+)?(\w+)(?:\s+final)?\s*(?::\s*public\s+([\w:<>]+))?")
ENUM = re.compile(r"^\s*enum\s+class\s+(\w+)\s*:\s*(\w+)")
DELEGATE = re.compile(r"^DECLARE_DYNAMIC_MULTICAST_DELEGATE(?:_\w+)?\((\w+)")
PREFIXES = {"UCLASS": "UA", "USTRUCT": "F", "UINTERFACE": "U"}

SPECIFIERS = {
    "UCLASS": {"BlueprintType", "ClassGroup", "Config", "DefaultConfig", "meta", "Abstract"},
    "USTRUCT": {"BlueprintType", "BlueprintInternalUseOnly"},
    "UENUM": {"BlueprintType", "meta"},
    "UINTERFACE": {"BlueprintType", "meta"},
    "UPROPERTY": {
        "EditAnywhere", "VisibleAnywhere", "BlueprintReadWrite", "BlueprintReadOnly", "BlueprintAssignable", "Category",
        "Config", "Transient", "Interp", "AdvancedDisplay", "meta",
    },
    "UFUNCTION": {"BlueprintCallable", "BlueprintPure", "Category", "meta"},
}
META = {
    "AllowPrivateAccess", "Bitflags", "Bitmask", "BitmaskEnum", "BlueprintSpawnableComponent", "ClampMax", "ClampMin",
    "ContentDir", "DefaultToSelf", "DisplayName", "EditCondition", "GetOptions", "Keywords", "PinHiddenByDefault", "PinShownByDefault",
    "ShowOnlyInnerProperties", "ToolTip", "Units", "XAxisName", "YAxisName",
}
NUMBERS = {"bool", "uint8", "int32", "int64", "float", "double"}
# Structs of the engine that properties may have; those after the bar also in Blueprints.
ENGINE_STRUCTS = {"FSimpleCurve", "FPoseLink", "FDirectoryPath", "FFrameRate", "FRuntimeFloatCurve", "FString", "FName", "FText"}
BLUEPRINT_STRUCTS = {"FPoseLink", "FDirectoryPath", "FFrameRate", "FRuntimeFloatCurve", "FString", "FName", "FText"}


@dataclass
class Reflected:
    """A type that the header tool would read."""

    kind: str
    name: str
    base: str | None
    is_blueprint: bool
    is_config: bool
    line: int
    functions: list[str] = field(default_factory=list)


@dataclass
class Known:
    """Types of all headers, collected before any is linted."""

    types: dict[str, Reflected] = field(default_factory=dict)
    delegates: set[str] = field(default_factory=set)


def split_arguments(text: str) -> list[str]:
    """Arguments of a macro at the top level of brackets and quotes."""
    parts, depth, quoted, part = [], 0, False, ""
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "([{<":
            depth += 1
        elif not quoted and character in ")]}>":
            depth -= 1
        if character == "," and depth == 0 and not quoted:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    return [*parts, part.strip()] if part.strip() else parts


def specifier_names(arguments: str) -> list[str]:
    """Names of the specifiers, without their values."""
    return [part.split("=")[0].strip() for part in split_arguments(arguments)]


def meta_names(arguments: str) -> list[str]:
    """Names inside meta = (...)."""
    found = re.search(r"meta\s*=\s*\((.*)\)", arguments)
    return specifier_names(found.group(1)) if found else []


class Header:
    """One header: its marks, its findings, its generated text."""

    def __init__(self, path: Path, root: Path, is_public: bool):
        self.path, self.root, self.is_public = path, root, is_public
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.findings: list[Finding] = []

    def complain(self, index: int, text: str) -> None:
        self.findings.append(Finding(self.path, index + 1, text))

    def marks(self) -> list[tuple[int, str, str]]:
        return [(index, match.group(1), match.group(2)) for index, line in enumerate(self.lines) if (match := MARK.match(line))]

    def collect(self, known: Known) -> None:
        """Names the types of this header to the others."""
        for line in self.lines:
            if match := DELEGATE.match(line):
                known.delegates.add(match.group(1))
        for index, kind, arguments in self.marks():
            names = specifier_names(arguments)
            declared = self.declaration(index)
            if declared is None:
                continue
            name, base, _, line = declared
            known.types[name] = Reflected(kind, name, base, "BlueprintType" in names or kind == "UCLASS", "Config" in names, line)

    def declaration(self, index: int) -> tuple[str, str | None, str | None, int] | None:
        """Name, base, API macro and line of the type under a mark."""
        for line in range(index + 1, min(index + 4, len(self.lines))):
            if match := TYPE.match(self.lines[line]):
                return match.group(3), match.group(4), match.group(2), line
            if match := ENUM.match(self.lines[line]):
                return match.group(1), match.group(2), None, line
        return None

    def end_of(self, line: int) -> int:
        return next((index for index in range(line, len(self.lines)) if self.lines[index].startswith("};")), len(self.lines))

    def lint(self, known: Known) -> str:
        """Checks the header; returns the text of its generated header, or nothing where none is needed."""
        marks = self.marks()
        generated_name = f"{self.path.stem}.generated.h"
        includes = [(index, line.strip()) for index, line in enumerate(self.lines) if line.startswith("#include")]
        has_generated = any(generated_name in line for _, line in includes)
        if not marks and not any(DELEGATE.match(line) for line in self.lines):
            if has_generated:
                self.complain(0, f"{generated_name} is included, but nothing here is reflected")
            return ""
        if not includes or includes[-1][1] != f'#include "{generated_name}"':
            self.complain(includes[-1][0] if includes else 0, f'the last include must be "{generated_name}"')
        file_id = "CST_" + re.sub(r"\W", "_", str(self.path.relative_to(self.root)))
        text = ["#pragma once", "#undef CURRENT_FILE_ID", f"#define CURRENT_FILE_ID {file_id}"]
        marked_lines = set()
        for index, kind, arguments in marks:
            self.lint_specifiers(index, kind, arguments)
            declared = self.declaration(index)
            if declared is None:
                self.complain(index, f"{kind} with no type under it")
                continue
            name, base, api, line = declared
            marked_lines.add(line)
            if kind == "UENUM":
                if base != "uint8":
                    self.complain(line, f"{name}: reflected enums are of uint8, this is of {base}")
                continue
            text += self.lint_type(known, kind, name, base, api, line, file_id)
        self.lint_strays(marked_lines)
        return "\n".join(text) + "\n"

    def lint_strays(self, marked_lines: set[int]) -> None:
        inside = [(line, self.end_of(line)) for line in marked_lines]
        for index, line in enumerate(self.lines):
            if re.match(r"\s*(UPROPERTY|UFUNCTION|GENERATED_BODY)\(", line) and not any(start < index < end for start, end in inside):
                self.complain(index, "reflection outside a UCLASS or USTRUCT")

    def lint_specifiers(self, index: int, kind: str, arguments: str) -> None:
        for name in specifier_names(arguments):
            if name not in SPECIFIERS[kind]:
                self.complain(index, f"{kind}: unknown specifier {name}")
        for name in meta_names(arguments):
            if name not in META:
                self.complain(index, f"{kind}: unknown metadata {name}")

    def lint_type(self, known: Known, kind: str, name: str, base: str | None, api: str | None, line: int, file_id: str) -> list[str]:
        end = self.end_of(line)
        body = next((index for index in range(line, end) if "GENERATED_BODY()" in self.lines[index]), None)
        if name[0] not in PREFIXES[kind]:
            self.complain(line, f"{name}: a {kind} begins with {' or '.join(PREFIXES[kind])}")
        if kind == "UCLASS" and base is None:
            self.complain(line, f"{name}: a UCLASS has a base")
        if self.is_public and api is None:
            self.complain(line, f"{name}: exported classes bear the module's API macro")
        if not self.is_public and api is not None:
            self.complain(line, f"{name}: private classes bear no API macro")
        if body is None:
            self.complain(line, f"{name}: GENERATED_BODY() is missing")
            return []
        if any(self.lines[index].strip() not in ("", "{") for index in range(line + 1, body)):
            self.complain(body, f"{name}: GENERATED_BODY() comes first in the body")
        self.lint_members(known, known.types[name], body, end)
        if kind == "UCLASS":
            expansion = f"CST_GENERATED_CLASS({name}, {base})"
        elif base:
            expansion = f"CST_GENERATED_STRUCT({name}, {base})"
        else:
            expansion = f"CST_GENERATED_STRUCT_NOBASE({name})"
        return [f"#define {file_id}_{body + 1}_GENERATED_BODY {expansion}"]

    def lint_members(self, known: Known, owner: Reflected, body: int, end: int) -> None:
        is_private = owner.kind == "UCLASS"
        conditional = 0
        for index in range(body + 1, end):
            line = self.lines[index]
            if access := re.match(r"\s*(public|protected|private):", line):
                is_private = access.group(1) == "private"
            conditional += line.startswith("#if") - line.startswith("#endif")
            if match := re.match(r"\s*(UPROPERTY|UFUNCTION)\((.*)\)\s*$", line):
                if conditional:
                    self.complain(index, f"{match.group(1)} under #if: the header tool sees it always")
                if index + 1 >= end:
                    self.complain(index, f"{match.group(1)} with nothing under it")
                    continue
                self.lint_specifiers(index, match.group(1), match.group(2))
                check = self.lint_property if match.group(1) == "UPROPERTY" else self.lint_function
                check(known, owner, index, match.group(2), self.lines[index + 1].strip(), is_private)
            elif re.match(r"\s*(UPROPERTY|UFUNCTION)\(", line):
                self.complain(index, "a macro that goes over one line, which this tool cannot read")

    def lint_property(self, known: Known, owner: Reflected, index: int, arguments: str, declaration: str, is_private: bool) -> None:
        names = specifier_names(arguments)
        match = re.match(r"(.+?)\s+(\w+)\s*(\[\w*\])?\s*(=.*)?;?$", declaration)
        if not match:
            self.complain(index + 1, f"a property that this tool cannot read: {declaration}")
            return
        type_name, name = match.group(1).strip(), match.group(2)
        in_blueprint = {"BlueprintReadWrite", "BlueprintReadOnly"} & set(names)
        if match.group(3):
            self.complain(index + 1, f"{name}: fixed arrays are not for Blueprints or serialisation here; take a TArray")
        if ({"EditAnywhere", "VisibleAnywhere", "BlueprintAssignable"} & set(names) or in_blueprint) and "Category" not in names:
            self.complain(index, f"{name}: a property that is shown needs a Category")
        if in_blueprint and is_private and "AllowPrivateAccess" not in meta_names(arguments):
            self.complain(index, f"{name}: Blueprints cannot reach a private property")
        if "Interp" in names and "EditAnywhere" not in names:
            self.complain(index, f"{name}: Interp is for properties that can be edited")
        if "Config" in names and not owner.is_config:
            self.complain(index, f"{name}: Config in {owner.name}, which is no Config class")
        if "BlueprintAssignable" in names and type_name not in known.delegates:
            self.complain(index + 1, f"{name}: BlueprintAssignable is for dynamic multicast delegates, {type_name} is none")
        if "GetOptions" in arguments:
            option = re.search(r'GetOptions\s*=\s*"(\w+)"', arguments)
            if option is None or not any(re.search(rf"\b{option.group(1)}\(\)", line) for line in self.lines):
                self.complain(index, f"{name}: the function of GetOptions is not in this header")
        self.lint_property_type(known, index + 1, name, type_name, bool(in_blueprint))

    def lint_property_type(self, known: Known, index: int, name: str, type_name: str, in_blueprint: bool) -> None:
        if type_name.startswith("const "):
            self.complain(index, f"{name}: properties are not const")
        if "std::" in type_name:
            self.complain(index, f"{name}: the header tool knows no {type_name}")
            return
        if type_name.endswith("*"):
            self.complain(index, f"{name}: take TObjectPtr instead of {type_name}")
            return
        if wrapper := re.fullmatch(r"(TObjectPtr|TSoftObjectPtr|TSubclassOf|TWeakObjectPtr)<(?:class )?(\w+)>", type_name):
            if wrapper.group(2)[0] not in "UA":
                self.complain(index, f"{name}: {wrapper.group(1)} of {wrapper.group(2)}, which is no object")
            return
        if array := re.fullmatch(r"TArray<(.+)>", type_name):
            self.lint_property_type(known, index, name, array.group(1), in_blueprint)
            return
        if type_name in NUMBERS or type_name in known.delegates:
            return
        reflected = known.types.get(type_name)
        if reflected is None and type_name not in ENGINE_STRUCTS:
            self.complain(index, f"{name}: {type_name} is no reflected type")
        elif in_blueprint and not (reflected.is_blueprint if reflected else type_name in BLUEPRINT_STRUCTS):
            self.complain(index, f"{name}: Blueprints do not know {type_name}; mark it BlueprintType")

    def lint_function(self, known: Known, owner: Reflected, index: int, arguments: str, declaration: str, is_private: bool) -> None:
        names = specifier_names(arguments)
        match = re.match(r"(?:virtual\s+|static\s+)*(.+?)\s+(\w+)\((.*)\)", declaration)
        if not match:
            self.complain(index + 1, f"a function that this tool cannot read: {declaration}")
            return
        result, name, parameters = match.groups()
        if {"BlueprintCallable", "BlueprintPure"} & set(names) and "Category" not in names:
            self.complain(index, f"{name}: a function for Blueprints needs a Category")
        if name in owner.functions:
            self.complain(index + 1, f"{name}: reflected functions cannot be overloaded")
        owner.functions.append(name)
        types = [] if result == "void" else [result]
        types += [re.sub(r"\s*=.*$", "", part).rsplit(" ", 1)[0] for part in split_arguments(parameters)]
        for type_name in types:
            bare = type_name.replace("const ", "").rstrip("&").strip()
            if bare.endswith("*"):
                if bare[0] not in "UA":
                    self.complain(index + 1, f"{name}: {type_name} is no object")
                continue
            self.lint_property_type(known, index + 1, name, bare, True)


def run(header_paths: list[tuple[Path, bool]], root: Path, out: Path | None) -> list[Finding]:
    """Lints the headers (path, whether it is public) and writes their generated headers into a folder."""
    headers = [Header(path, root, is_public) for path, is_public in header_paths]
    known = Known()
    for header in headers:
        header.collect(known)
    findings = []
    for header in headers:
        text = header.lint(known)
        findings += header.findings
        if text and out is not None:
            (out / f"{header.path.stem}.generated.h").write_text(text, encoding="utf-8")
    return findings
