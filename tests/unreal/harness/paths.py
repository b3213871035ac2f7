"""Where things are, and how a finding is told."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = ROOT / "tests" / "unreal"
SOURCE = ROOT / "Source"
SAMPLES = ROOT / "Plugin" / "Samples"
STUBS = HERE / "stub"
TABLE = HERE / "signatures.csv"
MODULES = HERE / "modules.csv"

# Compiled for real by the C++ hosts in tests/cpp: it needs the generated bridge, and holds nothing of Unreal.
NATIVE = ("CSTalkNative.cpp",)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: where, and what was wanted."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        try:
            shown = self.path.relative_to(ROOT)
        except ValueError:
            shown = self.path
        return f"{shown}:{self.line}: {self.text}"


def our_modules(source: Path = SOURCE) -> list[str]:
    """Names of the plugin's modules that hold C++: a folder with a Build.cs of its own name."""
    return sorted(path.parent.name for path in source.glob("*/*.Build.cs") if path.stem == f"{path.parent.name}.Build")


def sources_of(module: str, source: Path = SOURCE) -> list[Path]:
    """The .cpp files of a module that this harness compiles."""
    return sorted(path for path in (source / module).rglob("*.cpp") if path.name not in NATIVE)


def headers_of(module: str, source: Path = SOURCE) -> list[Path]:
    """The headers of a module."""
    return sorted((source / module).rglob("*.h"))
