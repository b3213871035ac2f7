#!/usr/bin/env python3
"""One command that tries the plugin on a machine with an Unreal Engine.

    python3 Plugin/ue_verify.py --engine "C:/Program Files/Epic Games/UE_5.6"

Builds the library and the plugin, makes an empty project around it, runs the automation tests, bakes a sentence with
the commandlet and checks what came out; with --package also cooks and stages a game. Prints one table; the exit code is
0 only if every step passed. Needs Rust, CMake, Ninja and the compiler that the engine version wants. Nothing is written
outside --work, which is target/ue_verify unless set.
"""

import argparse
import csv
import datetime
import json
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST_PROJECT = ROOT / "Plugin" / "HostProject"
SENTENCE = ROOT / "tests" / "fixtures" / "speech" / "german_sentence.wav"
MANUAL = ROOT / "Plugin" / "MANUAL.md"
# A skeleton that every engine has; curves need no bones.
SKELETON = "/Engine/EngineMeshes/SkeletalCube_Skeleton"
TEST_PREFIX = "CSTalk"
# A sentence moves at least this many of the 251 curves.
FEWEST_CURVES = 30


class VerifyError(Exception):
    """A step went wrong: what was wanted, what was found, what to do."""


@dataclass(frozen=True)
class Host:
    """How this system calls the engine's programs."""

    platform: str
    run_uat: str
    editor: str
    native_runtime: str

    @staticmethod
    def here() -> "Host":
        system = platform.system()
        if system == "Windows":
            return Host("Win64", "Engine/Build/BatchFiles/RunUAT.bat", "Engine/Binaries/Win64/UnrealEditor-Cmd.exe", "cstalk_onnxruntime.dll")
        if system == "Darwin":
            return Host("Mac", "Engine/Build/BatchFiles/RunUAT.sh", "Engine/Binaries/Mac/UnrealEditor-Cmd", "libcstalk_onnxruntime.dylib")
        return Host("Linux", "Engine/Build/BatchFiles/RunUAT.sh", "Engine/Binaries/Linux/UnrealEditor-Cmd", "libcstalk_onnxruntime.so")


@dataclass
class Step:
    """One line of the table."""

    name: str
    result: str
    seconds: float
    detail: str


@dataclass
class Run:
    """What the steps share."""

    engine: Path
    work: Path
    host: Host
    version: str
    steps: list[Step] = field(default_factory=list)

    def step(self, name: str, body) -> bool:
        """Runs a step unless one before it failed; notes how it went."""
        if any(step.result == "FAILED" for step in self.steps):
            self.steps.append(Step(name, "not run", 0.0, "a step before it failed"))
            return False
        print(f"[{len(self.steps) + 1}] {name}", flush=True)
        started = time.monotonic()
        try:
            result, detail = "passed", body()
        except (VerifyError, OSError, subprocess.SubprocessError, ValueError, KeyError) as problem:
            result, detail = "FAILED", str(problem)
        self.steps.append(Step(name, result, time.monotonic() - started, detail))
        print(f"    {result}: {detail}", flush=True)
        return result == "passed"

    def call(self, log_name: str, command: list[str], cwd: Path | None = None) -> str:
        """Runs a program with its output in a log; an error names the log and shows its end."""
        log = self.work / f"{log_name}.log"
        with log.open("w", encoding="utf-8", errors="replace") as file:
            code = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, cwd=cwd, check=False).returncode
        text = log.read_text(encoding="utf-8", errors="replace")
        if code != 0:
            tail = "\n".join(text.splitlines()[-15:])
            raise VerifyError(f"{Path(command[0]).name} ended with {code}; log {log}\n{tail}")
        return text

    def uat(self, log_name: str, arguments: list[str]) -> str:
        return self.call(log_name, [str(self.engine / self.host.run_uat), *arguments])

    def editor(self, log_name: str, arguments: list[str]) -> str:
        project = self.project / "CSTalkHost.uproject"
        common = ["-unattended", "-nosplash", "-nullrhi", "-nosound", "-stdout", "-FullStdOutLogOutput"]
        return self.call(log_name, [str(self.engine / self.host.editor), str(project), *arguments, *common])

    @property
    def built_plugin(self) -> Path:
        return self.work / "Plugin"

    @property
    def project(self) -> Path:
        return self.work / "Project"


def engine_version(engine: Path) -> str:
    """For example "5.6.1", from the engine's own file."""
    path = engine / "Engine" / "Build" / "Build.version"
    if not path.is_file():
        raise VerifyError(f"wanted an engine at {engine}, found no {path}; give the folder that holds Engine/")
    version = json.loads(path.read_text(encoding="utf-8"))
    return f"{version['MajorVersion']}.{version['MinorVersion']}.{version['PatchVersion']}"


def make_package(run: Run, ready: Path | None) -> str:
    """The plugin as users get it, stamped with the engine's version; built here unless one is given."""
    package = ready or ROOT / "target" / "package" / "CSTalk"
    if ready is None:
        run.call("package", ["cargo", "xtask", "package"], cwd=ROOT)
    if not (package / "CSTalk.uplugin").is_file():
        raise VerifyError(f"wanted a packaged plugin in {package}, found no CSTalk.uplugin")
    stamped = run.work / "Source"
    shutil.rmtree(stamped, ignore_errors=True)
    shutil.copytree(package, stamped)
    stamp_descriptor(stamped / "CSTalk.uplugin", run.version)
    return str(package)


def stamp_descriptor(path: Path, version: str) -> None:
    """Writes the engine's major and minor version into a descriptor."""
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    major, minor = version.split(".")[:2]
    descriptor["EngineVersion"] = f"{major}.{minor}.0"
    path.write_text(json.dumps(descriptor, indent="\t") + "\n", encoding="utf-8")


def build_plugin(run: Run) -> str:
    shutil.rmtree(run.built_plugin, ignore_errors=True)
    run.uat("build-plugin", [
        "BuildPlugin", f"-Plugin={run.work / 'Source' / 'CSTalk.uplugin'}", f"-Package={run.built_plugin}",
        f"-TargetPlatforms={run.host.platform}", "-StrictIncludes",
    ])
    if not (run.built_plugin / "CSTalk.uplugin").is_file():
        raise VerifyError(f"BuildPlugin left no CSTalk.uplugin in {run.built_plugin}")
    return f"strict includes, {run.host.platform}"


def make_project(run: Run) -> str:
    shutil.rmtree(run.project, ignore_errors=True)
    shutil.copytree(HOST_PROJECT, run.project)
    shutil.copytree(run.built_plugin, run.project / "Plugins" / "CSTalk")
    return str(run.project)


def run_tests(run: Run) -> str:
    report = run.work / "Tests"
    shutil.rmtree(report, ignore_errors=True)
    run.editor("tests", [f"-execcmds=Automation RunTests {TEST_PREFIX};quit", f"-ReportExportPath={report}"])
    return read_test_report(report / "index.json")


def read_test_report(path: Path) -> str:
    """How many tests passed; the exit code of the editor alone does not tell."""
    if not path.is_file():
        raise VerifyError(f"wanted a test report in {path}, found none: the editor ended before the tests did; see its log")
    tests = json.loads(path.read_text(encoding="utf-8-sig"))["tests"]
    failed = [test["fullTestPath"] for test in tests if test["state"] != "Success"]
    if failed:
        raise VerifyError(f"{len(failed)} of {len(tests)} tests failed: {', '.join(failed)}")
    if not tests:
        raise VerifyError(f"no test whose name begins with {TEST_PREFIX} ran")
    return f"{len(tests)} tests"


def bake(run: Run) -> str:
    report = run.work / "bake.csv"
    report.unlink(missing_ok=True)
    run.editor("bake", ["-run=CSTalkBake", f"-Files={SENTENCE}", f"-Skeleton={SKELETON}", "-Out=/Game/Baked", f"-Report={report}"])
    detail = read_bake_report(report)
    assets = list((run.project / "Content" / "Baked").glob("*.uasset"))
    if not assets:
        raise VerifyError("the commandlet said that it baked, and saved no asset in Content/Baked")
    return detail


def read_bake_report(path: Path) -> str:
    """What the commandlet says of the sentence."""
    if not path.is_file():
        raise VerifyError(f"wanted a report of the bake in {path}, found none; see the log")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != 1:
        raise VerifyError(f"wanted one row in {path}, found {len(rows)}")
    row = rows[0]
    if row["problem"]:
        raise VerifyError(f"the bake failed: {row['problem']}")
    if int(row["curves"]) < FEWEST_CURVES:
        raise VerifyError(f"wanted at least {FEWEST_CURVES} moving curves, found {row['curves']}")
    return f"{row['curves']} curves, {row['left_out']} left out, {row['keys']} keys instead of {row['keys_unreduced']}"


def package_game(run: Run) -> str:
    archive = run.work / "Game"
    shutil.rmtree(archive, ignore_errors=True)
    run.uat("package-game", [
        "BuildCookRun", f"-project={run.project / 'CSTalkHost.uproject'}", "-nop4", "-nocompileeditor", "-installed", "-build", "-cook",
        "-stage", "-pak", "-archive", f"-archivedirectory={archive}", f"-platform={run.host.platform}", "-clientconfig=Development",
    ])
    wanted = ["live.onnx", *([run.host.native_runtime] if list((run.work / "Source").rglob(run.host.native_runtime)) else [])]
    missing = [name for name in wanted if not list(archive.rglob(name))]
    if missing:
        raise VerifyError(f"the staged game lacks {', '.join(missing)}")
    return f"staged with {', '.join(wanted)}"


def markdown_row(run: Run, commit: str) -> str:
    """The run as a row of the manual's table."""
    cells = [datetime.date.today().isoformat(), run.version, run.host.platform, commit]
    cells += [f"{step.name}: {step.result}" for step in run.steps]
    return "| " + " | ".join([*cells[:4], "; ".join(cells[4:])]) + " |"


def record(row: str, manual: Path) -> None:
    """Appends the row under the manual's table of runs."""
    lines = manual.read_text(encoding="utf-8").split("\n")
    start = next((index for index, line in enumerate(lines) if line.startswith("| date | engine |")), None)
    if start is None:
        raise VerifyError(f"{manual} has no table of runs")
    end = start + 2
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    if "no run yet" in lines[end - 1]:
        end -= 1
        del lines[end]
    lines.insert(end, row)
    unfinished = manual.with_suffix(".tmp")
    unfinished.write_text("\n".join(lines), encoding="utf-8")
    unfinished.replace(manual)


def commit_here() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main(arguments: list[str]) -> int:
    """0 every step passed, 1 some failed, 2 wrong use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", type=Path, required=True, help="folder that holds Engine/")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "ue_verify", help="where everything is written")
    parser.add_argument("--plugin", type=Path, help="a packaged plugin to try instead of building one")
    parser.add_argument("--quick", action="store_true", help="stop after the automation tests")
    parser.add_argument("--package", action="store_true", help="cook and stage a game too (long)")
    parser.add_argument("--record", action="store_true", help="add the run to the table in Plugin/MANUAL.md")
    options = parser.parse_args(arguments)
    try:
        version = engine_version(options.engine)
    except (VerifyError, ValueError, KeyError) as problem:
        print(problem, file=sys.stderr)
        return 2
    options.work.mkdir(parents=True, exist_ok=True)
    run = Run(options.engine, options.work.resolve(), Host.here(), version)
    print(f"Unreal Engine {run.version} on {run.host.platform}; logs in {run.work}")
    run.step("package", lambda: make_package(run, options.plugin))
    run.step("build plugin", lambda: build_plugin(run))
    run.step("project", lambda: make_project(run))
    run.step("automation tests", lambda: run_tests(run))
    if not options.quick:
        run.step("bake", lambda: bake(run))
    if options.package:
        run.step("packaged game", lambda: package_game(run))
    print(f"\n{'step':18} {'result':8} {'seconds':>8}  detail")
    for step in run.steps:
        print(f"{step.name:18} {step.result:8} {step.seconds:8.0f}  {step.detail.splitlines()[0] if step.detail else ''}")
    row = markdown_row(run, commit_here())
    print(f"\n{row}")
    if options.record:
        record(row, MANUAL)
    return 0 if all(step.result == "passed" for step in run.steps) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
