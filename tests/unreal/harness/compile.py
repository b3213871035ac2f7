"""Type-checks the plugin against the declaration headers, over engine versions, editor on and off, and both TCHARs."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import paths

VERSIONS = (4, 5, 6, 7)
# Modules of the editor exist only where the editor is compiled.
EDITOR_ONLY = ("CSTalkUncooked", "CSTalkEditor")
FLAGS = (
    "-std=c++20", "-fsyntax-only", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Wshadow", "-Wundef", "-Werror",
    "-Wno-undefined-inline", "-Wno-undefined-internal", "-Wno-undefined-internal-type",
)


@dataclass(frozen=True)
class Variant:
    """One way in which Unreal compiles the plugin."""

    minor: int
    editor: bool
    wide: bool

    def __str__(self) -> str:
        return f"5.{self.minor} {'editor' if self.editor else 'game  '} {'wide  ' if self.wide else '16-bit'}"

    def flags(self) -> list[str]:
        return [
            f"-DCST_UE_MINOR={self.minor}", f"-DWITH_EDITOR={int(self.editor)}", f"-DWITH_EDITORONLY_DATA={int(self.editor)}",
            f"-DCST_TCHAR_WIDE={int(self.wide)}", "-DWITH_AUTOMATION_TESTS=1",
        ]


# Compiled without a precompiled header, so that a missing standard include is found.
REFERENCE = (Variant(6, True, False), Variant(6, False, False))
STANDARD_HEADERS = ("atomic", "cstddef", "cstdint", "functional", "initializer_list", "memory", "string", "type_traits", "utility", "vector")


@dataclass(frozen=True)
class Unit:
    """A file to compile in a variant; `error` is empty when it passed."""

    path: Path
    variant: Variant
    error: str = ""


def compiler() -> str | None:
    """clang++, of any version."""
    return next((found for name in ("clang++", *(f"clang++-{n}" for n in range(22, 13, -1))) if (found := shutil.which(name))), None)


def all_variants() -> list[Variant]:
    return [Variant(minor, editor, wide) for minor in VERSIONS for editor in (False, True) for wide in (False, True)]


def module_flags(source: Path, generated: Path, module: str) -> list[str]:
    """Include folders of a module: its own and the public ones of the others, as Unreal gives them."""
    folders = [source / module / "Private", *(source / name / "Public" for name in paths.our_modules(source))]
    defines = [f"-D{name.upper()}_API=" for name in paths.our_modules(source)]
    return [*defines, f"-DUE_MODULE_NAME=\"{module}\"", *(f"-I{folder}" for folder in folders), f"-I{generated}", f"-isystem{paths.STUBS}"]


def check_file(compiler_path: str, path: Path, variant: Variant, flags: list[str]) -> Unit:
    """Compiles one file without making anything."""
    language = ["-x", "c++"] if path.suffix == ".h" else []
    command = [compiler_path, *FLAGS, *variant.flags(), *flags, *language, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Unit(path, variant, "" if done.returncode == 0 else done.stderr.strip() or f"ended with {done.returncode}")


def precompile(compiler_path: str, variant: Variant, out: Path) -> list[str]:
    """The standard headers, parsed once for a variant; the flags that use them."""
    if variant in REFERENCE:
        return []
    name = str(variant).replace(" ", "-")
    header = out / f"standard-{name}.h"
    header.write_text("".join(f"#include <{name}>\n" for name in STANDARD_HEADERS), encoding="utf-8")
    made = out / f"standard-{name}.pch"
    flags = [flag for flag in FLAGS if flag != "-fsyntax-only"]
    subprocess.run([compiler_path, *flags, *variant.flags(), "-x", "c++-header", str(header), "-o", str(made)], check=True)
    return ["-include-pch", str(made)]


def unity(module: str, source: Path, out: Path) -> Path:
    """One file of all sources of a module: Unreal compiles modules so, and names of two files may clash there."""
    path = out / f"{module}.unity.cpp"
    path.write_text("".join(f'#include "{file}"\n' for file in paths.sources_of(module, source)), encoding="utf-8")
    return path


def jobs_of(compiler_path: str, source: Path, generated: Path, variants: list[Variant]) -> list[tuple[Path, Variant, list[str]]]:
    """Every source of every module in each variant, and all of a module together; headers on their own once; the samples."""
    jobs = []
    precompiled = {variant: precompile(compiler_path, variant, generated) for variant in variants}
    for module in paths.our_modules(source):
        flags = module_flags(source, generated, module)
        for variant in variants:
            if module in EDITOR_ONLY and not variant.editor:
                continue
            files = [*paths.sources_of(module, source), unity(module, source, generated)]
            jobs += [(path, variant, [*precompiled[variant], *flags]) for path in files]
        newest = next((variant for variant in reversed(variants) if variant.editor), None)
        if newest:
            jobs += [(path, newest, ["-Wno-pragma-once-outside-header", "-Wno-unused-const-variable", *flags]) for path in paths.headers_of(module, source)]
    if source == paths.SOURCE and paths.SAMPLES.is_dir():
        flags = ["-DCSTALKSAMPLE_API=", f"-I{paths.SAMPLES}", *module_flags(source, generated, "CSTalk")]
        jobs += [(path, variant, [*precompiled[variant], *flags]) for variant in variants for path in sorted(paths.SAMPLES.rglob("*.cpp"))]
    return jobs


def run(compiler_path: str, jobs: list[tuple[Path, Variant, list[str]]]) -> list[Unit]:
    """Compiles all jobs on all cores."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(lambda job: check_file(compiler_path, *job), jobs))
