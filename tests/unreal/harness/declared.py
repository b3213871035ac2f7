"""What the declaration headers declare, read from clang's syntax tree, so that it can be held against the table."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .compile import FLAGS, Variant

RECORDS = ("CXXRecordDecl", "ClassTemplateDecl", "ClassTemplatePartialSpecializationDecl")
MEMBERS = ("CXXMethodDecl", "FieldDecl", "VarDecl", "FunctionTemplateDecl", "CXXConstructorDecl", "EnumConstantDecl")
# Names that exist to make checking work, and have no counterpart in the engine.
OURS = ("ue_check", "CST_", "ue_stub")
MACRO = re.compile(r"^#define (\w+)")


@dataclass(frozen=True)
class Declared:
    """A name that the headers offer: its type (or `(function)`, `(macro)`), its own name, and how it is typed."""

    type: str
    member: str
    signature: str
    include: str


def umbrella(out: Path) -> Path:
    """A file that includes every declaration header."""
    path = out / "all_declarations.cpp"
    names = sorted(str(header.relative_to(paths.STUBS)) for header in paths.STUBS.rglob("*.h"))
    path.write_text("".join(f'#include "{name}"\n' for name in names), encoding="utf-8")
    return path


def read(compiler_path: str, out: Path, variant: Variant) -> set[Declared]:
    """All names that the headers declare in a variant."""
    command = [
        compiler_path, *(flag for flag in FLAGS if flag != "-Werror"), *variant.flags(), "-w", f"-I{paths.STUBS}", "-Xclang",
        "-ast-dump=json", str(umbrella(out)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the declaration headers do not compile on their own:\n{done.stderr}")
    found: set[Declared] = set()
    walker = Walker(found)
    for node in json.loads(done.stdout)["inner"]:
        walker.walk(node, ())
    for header in paths.STUBS.rglob("*.h"):
        for line in header.read_text(encoding="utf-8").split("\n"):
            if (match := MACRO.match(line)) and not match.group(1).startswith(OURS):
                found.add(Declared("(macro)", match.group(1), "", str(header.relative_to(paths.STUBS))))
    return found


class Walker:
    """Walks the tree; clang names a file only where it changes."""

    def __init__(self, found: set[Declared]):
        self.found, self.file = found, ""

    def note_file(self, location: dict) -> None:
        for place in (location, location.get("spellingLoc", {}), location.get("expansionLoc", {})):
            if "file" in place:
                self.file = place["file"]

    def is_ours(self) -> bool:
        return str(paths.STUBS) in self.file

    def include(self) -> str:
        return str(Path(self.file).relative_to(paths.STUBS))

    def walk(self, node: dict, scope: tuple[str, ...]) -> None:
        self.note_file(node.get("loc", {}))
        begin = node.get("range", {}).get("begin", {})
        self.note_file(begin)
        kind, name = node.get("kind"), node.get("name", "")
        if node.get("isImplicit") or name.startswith(OURS):
            self.skip(node)
            return
        if kind == "NamespaceDecl":
            for inner in node.get("inner", []):
                self.walk(inner, (*scope, name))
            return
        if kind == "ClassTemplateDecl":
            for inner in node.get("inner", []):
                if inner.get("kind") in RECORDS:
                    self.walk(inner, scope)
                else:
                    self.skip(inner)
            return
        if kind in RECORDS or kind == "EnumDecl":
            self.walk_type(node, scope, name)
            return
        if kind in ("FunctionDecl", "FunctionTemplateDecl", "VarDecl", "TypedefDecl", "TypeAliasDecl", "TypeAliasTemplateDecl"):
            if self.is_ours() and name and not name.startswith("operator"):
                owner = "::".join(scope) if scope else "(function)"
                self.found.add(Declared(owner, name, free_signature_of(node), self.include()))
        self.skip(node)

    def walk_type(self, node: dict, scope: tuple[str, ...], name: str) -> None:
        complete = node.get("completeDefinition") or node["kind"] == "EnumDecl" or node["kind"].startswith("ClassTemplatePartial")
        if complete and self.is_ours() and name:
            full = "::".join((*scope, name))
            self.found.add(Declared(full, "(type)", "", self.include()))
        for inner in node.get("inner", []):
            kind, member = inner.get("kind"), inner.get("name", "")
            self.note_file(inner.get("loc", {}))
            if kind in (*RECORDS, "EnumDecl") and not inner.get("isImplicit"):
                self.walk(inner, (*scope, name) if name else scope)
                continue
            if kind in MEMBERS and self.is_ours() and not inner.get("isImplicit") and complete and is_named(member, name):
                owner = "::".join((*scope, name)) if name else "::".join(scope) or "(function)"
                is_constructor = kind == "CXXConstructorDecl" or member.startswith(f"{name}<")
                self.found.add(Declared(owner, "(ctor)" if is_constructor else member, signature_of(inner), self.include()))
            self.skip(inner)

    def skip(self, node: dict) -> None:
        """Follows the file names inside a node that is of no interest otherwise."""
        self.note_file(node.get("loc", {}))
        span = node.get("range", {})
        self.note_file(span.get("begin", {}))
        for inner in node.get("inner", []):
            if isinstance(inner, dict):
                self.skip(inner)
        self.note_file(span.get("end", {}))


def is_named(member: str, owner: str) -> bool:
    """Operators, destructors and the helpers of the checks are no rows of their own."""
    return bool(member) and not member.startswith(("operator", "~", "CST_")) and member not in ("Super", "ThisClass") and bool(owner or member)


def signature_of(node: dict) -> str:
    """A word for the kind where it is no plain member, and the type as clang writes it."""
    kind, text = node.get("kind", ""), node.get("type", {}).get("qualType", "")
    if "Template" in kind:
        return "template"
    if kind.startswith("Type"):
        return "alias"
    if kind == "EnumConstantDecl":
        return "constant"
    if node.get("explicitlyDeleted"):
        return f"deleted {text}"
    if node.get("storageClass") == "static":
        return f"static {text}"
    return f"virtual {text}" if node.get("virtual") else text


def free_signature_of(node: dict) -> str:
    """As signature_of, for what stands outside a class."""
    text = signature_of(node)
    word = {"FunctionDecl": "function ", "VarDecl": "variable "}.get(node["kind"], "")
    return word + text.removeprefix("static ")
