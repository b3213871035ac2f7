"""Runs the whole harness and prints its tables: `python3 -m harness.run` in tests/unreal."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import compile as compiling
from . import declared, modules, mutations, paths, presets, pseudo_uht, table
from .compile import Variant


def print_findings(title: str, findings: list) -> int:
    """Prints findings under their title; returns how many there are."""
    print(f"{title:34} {'clean' if not findings else f'{len(findings)} FOUND'}")
    for finding in findings:
        print(f"  {finding}")
    return len(findings)


def check_lints(generated: Path) -> int:
    headers = [(header, "Public" in header.parts) for name in paths.our_modules() for header in paths.headers_of(name)]
    headers += [(header, True) for header in sorted(paths.SAMPLES.rglob("*.h"))]
    bad = print_findings(f"header tool, {len(headers)} headers", pseudo_uht.run(headers, paths.ROOT, generated))
    bad += print_findings("includes and Build.cs", modules.check_includes(paths.SOURCE))
    bad += print_findings("descriptor", modules.check_descriptor(paths.ROOT, paths.SOURCE))
    return bad + print_findings("presets", presets.check())


def check_table(compiler_path: str, generated: Path) -> int:
    rows = table.read()
    names = declared.read(compiler_path, generated, Variant(6, True, False))
    bad = print_findings(f"{len(rows)} rows, {len(names)} declarations", table.compare(rows, names))
    contracts = generated / "contracts.cpp"
    contracts.write_text(table.contracts(rows), encoding="utf-8")
    flags = [f"-isystem{paths.STUBS}", "-Wno-overloaded-virtual", "-Wno-inconsistent-missing-override"]
    units = compiling.run(compiler_path, [(contracts, variant, flags) for variant in compiling.all_variants()])
    return bad + print_findings(f"contracts in {len(units)} variants", [f"{unit.variant}: {unit.error}" for unit in units if unit.error])


def check_matrix(compiler_path: str, generated: Path, variants: list[Variant]) -> int:
    units = compiling.run(compiler_path, compiling.jobs_of(compiler_path, paths.SOURCE, generated, variants))
    print(f"\n{'variant':22} {'files':>5}  result")
    for variant in variants:
        mine = [unit for unit in units if unit.variant == variant]
        failed = [unit for unit in mine if unit.error]
        print(f"{variant!s:22} {len(mine):5}  {'pass' if not failed else f'{len(failed)} FAILED'}")
        for unit in failed:
            print(f"  {unit.path.name}\n    " + unit.error.replace("\n", "\n    "))
    return sum(1 for unit in units if unit.error)


def check_mutations(compiler_path: str, scratch: Path) -> int:
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        jobs = [(mutation, compiler_path, scratch / str(index)) for index, mutation in enumerate(mutations.MUTATIONS)]
        verdicts = list(pool.map(lambda job: mutations.try_one(*job), jobs))
    print(f"\n{'seeded mistake':36} {'module':15} {'found by':12} message")
    for verdict in verdicts:
        module = verdict.mutation.file.split("/", maxsplit=1)[0]
        print(f"{verdict.mutation.about:36} {module:15} {verdict.found_by or 'NOT FOUND':12} {verdict.message[:90]}")
    missed = [verdict for verdict in verdicts if not verdict.found_by]
    print(f"{len(verdicts) - len(missed)} of {len(verdicts)} seeded mistakes found")
    return len(missed)


def check_verify_script() -> int:
    """The tests of Plugin/ue_verify.py, on an engine made of scripts."""
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(unittest.defaultTestLoader.loadTestsFromName("test_ue_verify"))
    bad = len(result.failures) + len(result.errors)
    print(f"{f'ue_verify.py, {result.testsRun} tests':34} {'clean' if bad == 0 else f'{bad} FAILED'}")
    return bad if result.testsRun else 1


def check_by_running(compiler_path: str, out: Path) -> int:
    """Runs code of the plugin that needs no engine: hand edits, and values of presets."""
    runtime, editor = paths.SOURCE / "CSTalk" / "Private", paths.SOURCE / "CSTalkEditor" / "Private"
    bad = run_test(compiler_path, out, "hand_edits", "hand edits", [editor / "CSTalkHandEdits.cpp"])
    return bad + run_test(compiler_path, out, "preset_values", "preset values", [runtime / "CSTalkText.cpp", runtime / "CSTalkTypes.cpp"])


def run_test(compiler_path: str, out: Path, name: str, title: str, ours: list[Path]) -> int:
    """Compiles a program of run/ with sources of the plugin and runs it; what it prints is its figure, or its fault."""
    program = out / f"{name}_test"
    folders = [f"-I{paths.HERE / 'run'}", *sorted({f"-I{path.parent}" for path in ours}), f"-I{paths.SOURCE / 'CSTalk' / 'Public'}"]
    sources = [str(path) for path in (paths.HERE / "run" / f"{name}_test.cpp", *ours)]
    command = [compiler_path, "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", *folders, *sources, "-o", str(program)]
    for step in (command, [str(program)]):
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return print_findings(title, [done.stdout + done.stderr])
    return print_findings(f"{title}, {done.stdout.strip()}", [])


def main() -> int:
    """0 all well, 1 something is wrong, 3 no clang++ here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one variant of the matrix, no mutations")
    options = parser.parse_args()
    compiler_path = compiling.compiler()
    if compiler_path is None:
        print("clang++ is not installed (Debian: clang)")
        return 3
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "generated"
        generated.mkdir()
        bad = check_lints(generated) + check_table(compiler_path, generated) + check_verify_script()
        bad += check_by_running(compiler_path, generated)
        bad += check_matrix(compiler_path, generated, [Variant(6, True, False)] if options.quick else compiling.all_variants())
        if not options.quick:
            bad += check_mutations(compiler_path, Path(folder) / "mutations")
    print(f"\n{'all well' if bad == 0 else f'{bad} PROBLEMS'}, {time.monotonic() - started:.0f} s, {compiler_path}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
