"""The signature table: facts about the engine's API with their sources, and the contracts that the headers must keep."""

import csv
import re
from dataclasses import dataclass

from . import paths
from .declared import Declared
from .paths import Finding

NOT_DECLARED = "-"
# Kinds of contract that are checked by presence alone.
BY_PRESENCE = ("(type)", "(macro)", "alias", "template", "slate")


@dataclass(frozen=True)
class Row:
    """One row; `contract` is how the member is typed, several overloads apart by ' ; ', or '-' where the plugin does not use it."""

    line: int
    type: str
    member: str
    include: str
    module: str
    versions: str
    sources: str
    contract: str

    def overloads(self) -> list[str]:
        return [part for part in self.contract.split(" ; ") if part]

    def needs_editor(self) -> bool:
        return "WITH_EDITOR" in self.versions


def read() -> list[Row]:
    """All rows; line numbers are those of the file."""
    with paths.TABLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [
            Row(reader.line_num, row["type"], row["member"], row["include"], row["module"], row["versions"], row["sources"], row["contract"])
            for row in reader
        ]


def read_modules() -> dict[str, str]:
    """The module that each include path belongs to."""
    with paths.MODULES.open(encoding="utf-8", newline="") as file:
        return {row["include"]: row["module"] for row in csv.DictReader(file)}


def compare(rows: list[Row], declared: set[Declared]) -> list[Finding]:
    """Every declared name has a row with a source, and every row that is used is declared, typed alike, where it says."""
    findings = []
    modules = read_modules()
    used = {(row.type, row.member): row for row in rows if row.contract != NOT_DECLARED}
    by_name: dict[tuple[str, str], list[Declared]] = {}
    for name in declared:
        by_name.setdefault((name.type, name.member), []).append(name)
    for key, names in sorted(by_name.items()):
        row = used.get(key)
        if row is None:
            findings.append(Finding(paths.STUBS / names[0].include, 1, f"{key[0]}: {key[1]} has no row in the table"))
            continue
        signatures = sorted({name.signature for name in names if name.signature})
        wanted = sorted(row.overloads())
        if row.contract not in BY_PRESENCE and signatures != wanted:
            findings.append(Finding(paths.TABLE, row.line, f"{key[0]}: {key[1]} is declared as {signatures}, the table has {wanted}"))
        if row.include not in {name.include for name in names}:
            findings.append(Finding(paths.TABLE, row.line, f"{key[0]}: {key[1]} is declared in {names[0].include}, the table has {row.include}"))
        if modules.get(row.include) != row.module:
            findings.append(Finding(paths.TABLE, row.line, f"{row.include}: the table says module {row.module}, modules.csv {modules.get(row.include)}"))
        if not row.sources.strip():
            findings.append(Finding(paths.TABLE, row.line, f"{key[0]}: {key[1]} has no source"))
    for key, row in used.items():
        if key not in by_name:
            findings.append(Finding(paths.TABLE, row.line, f"{key[0]}: {key[1]} is in the table and not in the declaration headers"))
    for header in paths.STUBS.rglob("*.h"):
        if str(header.relative_to(paths.STUBS)) not in modules:
            findings.append(Finding(header, 1, "is not in modules.csv"))
    return findings


def parse(signature: str) -> tuple[str, str, str] | None:
    """Result, parameter list and qualifiers of a function's type as clang writes it; nothing for other types."""
    match = re.fullmatch(r"(.*\))( const)?( noexcept)?", signature)
    if not match:
        return None
    text, depth = match.group(1), 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] == ")") - (text[index] == "(")
        if depth == 0:
            return text[:index].strip(), text[index:], match.group(2) or ""
    return None


def contracts(rows: list[Row]) -> str:
    """C++ that compiles only while the declaration headers type every member as the table does."""
    includes = sorted({row.include for row in rows if row.contract != NOT_DECLARED})
    lines = ["// Generated from signatures.csv.", "#include <type_traits>", *(f'#include "{include}"' for include in includes)]
    lines.append("template <typename> inline constexpr bool IsType = true;")
    for row in rows:
        if row.contract == NOT_DECLARED or row.type == "(macro)":
            if row.type == "(macro)" and row.contract != NOT_DECLARED:
                lines += [f"#ifndef {row.member}", f'#error "{row.member} is missing"', "#endif"]
            continue
        body = "" if row.contract in BY_PRESENCE else contract_of(row)
        if body:
            lines += ["#if WITH_EDITOR", body, "#endif"] if row.needs_editor() else [body]
    return "\n".join(lines) + "\n"


def contract_of(row: Row) -> str:
    """The assertion of one row: a class derived from the engine's, so that its nested names and protected members are in reach."""
    scope = "" if row.type == "(function)" else f"{row.type}::"
    statements, is_class = [], True
    for contract in row.overloads():
        kind, _, rest = contract.partition(" ")
        function = parse(rest if kind in ("virtual", "static", "deleted", "function") else contract)
        if kind in ("template", "alias", "deleted"):
            continue
        if kind == "constant":
            is_class = False
            statements.append(f"[[maybe_unused]] constexpr auto Row{row.line} = {scope}{row.member};")
        elif kind == "variable":
            is_class = False
            statements.append(f"static_assert(std::is_same_v<decltype({scope}{row.member}), {rest}>);")
        elif kind == "function":
            is_class = False
            statements.append(f"static_assert(IsType<decltype(static_cast<{function[0]} (*){function[1]}>(&{scope}{row.member}))>);")
        elif row.member == "(ctor)":
            arguments = function[1][1:-1]
            statements.append(f"static_assert(std::is_constructible_v<{row.type}{', ' + arguments if arguments else ''}>);")
        elif function is None:
            statements.append(f"static_assert(std::is_same_v<decltype(Row{row.line}::{row.member}), {rest if kind == 'static' else contract}>);")
        elif kind == "virtual":
            # Compiles only when the engine's function is virtual and takes just this.
            statements.append(f"{function[0]} {row.member}{function[1]}{function[2]} override;")
        else:
            pointer = f"{function[0]} ({'' if kind == 'static' else scope}*){function[1]}{function[2]}"
            statements.append(f"static_assert(IsType<decltype(static_cast<{pointer}>(&Row{row.line}::{row.member}))>);")
    text = " ".join(statements)
    return f"struct Row{row.line} : {row.type} {{ {text} }};" if text and is_class else text
