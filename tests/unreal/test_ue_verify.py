"""Tries Plugin/ue_verify.py on an engine that is made of scripts: the order of steps, what it reads, what it calls a failure."""

import contextlib
import importlib.util
import io
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("ue_verify", ROOT / "Plugin" / "ue_verify.py")
ue_verify = importlib.util.module_from_spec(SPEC)
sys.modules["ue_verify"] = ue_verify
SPEC.loader.exec_module(ue_verify)

RUN_UAT = """#!/bin/sh
for argument in "$@"; do
  case "$argument" in
    -Plugin=*) plugin="${argument#-Plugin=}" ;;
    -Package=*) package="${argument#-Package=}" ;;
    -archivedirectory=*) archive="${argument#-archivedirectory=}" ;;
  esac
done
if [ "$1" = BuildPlugin ]; then mkdir -p "$package" && cp -r "$(dirname "$plugin")/." "$package"; fi
if [ "$1" = BuildCookRun ]; then mkdir -p "$archive" && touch "$archive/live.onnx"; fi
"""

EDITOR = """#!/bin/sh
project="$(dirname "$1")"
for argument in "$@"; do
  case "$argument" in
    -ReportExportPath=*) mkdir -p "${argument#-ReportExportPath=}" && cp "@REPORT@" "${argument#-ReportExportPath=}/index.json" ;;
    -Report=*) cp "@BAKE@" "${argument#-Report=}"; mkdir -p "$project/Content/Baked"; touch "$project/Content/Baked/AS.uasset" ;;
  esac
done
"""

HEADER = "name,asset,curves,left_out,keys,keys_unreduced,hand_edited,problem\n"


class FakeEngine:
    """Scripts where an engine has programs."""

    def __init__(self, folder: Path):
        self.folder = folder / "UE"
        self.report, self.bake = folder / "report.json", folder / "bake.csv"
        self.tests([("CSTalk.Runtime", "Success")])
        self.bake.write_text(HEADER + '"s","/Game/Baked/AS",88,169,900,9000,0,""\n', encoding="utf-8")
        self.write("Engine/Build/Build.version", json.dumps({"MajorVersion": 5, "MinorVersion": 6, "PatchVersion": 1}))
        host = ue_verify.Host.here()
        self.write(host.run_uat, RUN_UAT)
        self.write(host.editor, EDITOR.replace("@REPORT@", str(self.report)).replace("@BAKE@", str(self.bake)))
        self.plugin = folder / "package"
        self.plugin.mkdir()
        (self.plugin / "CSTalk.uplugin").write_text((ROOT / "CSTalk.uplugin").read_text(encoding="utf-8"), encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def tests(self, states: list[tuple[str, str]]) -> None:
        tests = [{"fullTestPath": name, "state": state} for name, state in states]
        self.report.write_text(json.dumps({"tests": tests}), encoding="utf-8-sig")


@unittest.skipIf(os.name == "nt", "the fake engine is made of shell scripts")
class UeVerify(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.engine = FakeEngine(Path(self.folder.name))

    def verify(self, *extra: str) -> tuple[int, str]:
        work = Path(self.folder.name) / "work"
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = ue_verify.main(["--engine", str(self.engine.folder), "--work", str(work), "--plugin", str(self.engine.plugin), *extra])
        return code, said.getvalue()

    def test_all_steps_pass_and_the_descriptor_bears_the_engines_version(self):
        code, said = self.verify("--package")
        self.assertEqual(code, 0, said)
        for words in ("1 tests", "88 curves, 169 left out", "staged with live.onnx", "| 5.6.1 |"):
            self.assertIn(words, said)
        descriptor = Path(self.folder.name) / "work" / "Project" / "Plugins" / "CSTalk" / "CSTalk.uplugin"
        self.assertEqual(json.loads(descriptor.read_text(encoding="utf-8"))["EngineVersion"], "5.6.0")

    def test_a_failed_test_fails_the_run_and_the_steps_after_it_are_not_run(self):
        self.engine.tests([("CSTalk.Runtime", "Success"), ("CSTalk.Bake", "Fail")])
        code, said = self.verify()
        self.assertEqual(code, 1)
        self.assertIn("1 of 2 tests failed: CSTalk.Bake", said)
        self.assertIn("not run", said)

    def test_no_tests_is_a_failure(self):
        self.engine.tests([])
        self.assertEqual(self.verify("--quick")[0], 1)

    def test_bakes_that_say_a_problem_or_move_too_little_fail(self):
        for row, words in (('"s","",0,0,0,0,0,"no model"', "no model"), ('"s","a",3,254,9,90,0,""', "at least 30")):
            self.engine.bake.write_text(HEADER + row + "\n", encoding="utf-8")
            code, said = self.verify()
            self.assertEqual(code, 1)
            self.assertIn(words, said)

    def test_a_program_that_fails_is_named_with_its_log(self):
        self.engine.write(ue_verify.Host.here().run_uat, "#!/bin/sh\necho no compiler\nexit 6\n")
        code, said = self.verify()
        self.assertEqual(code, 1)
        self.assertIn("ended with 6", said)
        self.assertIn("no compiler", said)

    def test_a_folder_without_an_engine_is_wrong_use(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(ue_verify.main(["--engine", self.folder.name]), 2)
        self.assertIn("Build.version", said.getvalue())

    def test_runs_are_recorded_in_the_manuals_table(self):
        manual = Path(self.folder.name) / "MANUAL.md"
        manual.write_text("a\n\n| date | engine | x |\n| --- | --- | --- |\n| no run yet | | |\n\nb\n", encoding="utf-8")
        ue_verify.record("| one |", manual)
        ue_verify.record("| two |", manual)
        self.assertEqual(manual.read_text(encoding="utf-8"), "a\n\n| date | engine | x |\n| --- | --- | --- |\n| one |\n| two |\n\nb\n")


if __name__ == "__main__":
    unittest.main()
