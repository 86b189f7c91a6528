"""`egov-scoring git-diff` in a repository made for it: git calls it, and what it says is never less than what changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import egov_scoring
from egov_scoring import cli, messages
from tests.databases import without

LIBRARY = Path(egov_scoring.__file__).parents[1]
TOWN = """\
ruleset: town
title: Town
max: 10
document: notice
facts:
  services: {type: count, label: Services, range: [0, 100]}
indicators:
  - {id: online, name: Online, max: 10, rule: {kind: per_unit, each: 0.5, of: services}}
"""
DISTRICT = """\
ruleset: district
title: District
extends: town
indicators:
  - {id: online, name: Online, max: 10, rule: {kind: per_unit, each: 2, of: services}}
"""
NOTICE = "notice: {title: A notice}\n"

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a repository whose folder `rules` holds a town, a district that extends it, and their document."""
    if not shutil.which("git"):
        without("git")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    nowhere = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment = {**kept, **nowhere, "PYTHONPATH": str(LIBRARY), "PYTHONUTF8": "1", "EGOV_SCORING_LANG": "en"}

    def call(*words: str, code: int = 0) -> str:
        run = subprocess.run(
            ["git", *words], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert (run.returncode, run.stderr) == (code, "")
        return run.stdout

    call("init", "--quiet", "--initial-branch=main")
    call("config", "user.name", "甲某")
    call("config", "user.email", "nobody@example.org")
    call("config", "diff.ruleset.command", f"'{sys.executable}' -m egov_scoring git-diff --")
    files = {"town.yaml": TOWN, "district.yaml": DISTRICT, "documents.yaml": NOTICE}
    (tmp_path / "rules").mkdir()
    for name, text in files.items():
        (tmp_path / "rules" / name).write_text(text, "utf-8")
    (tmp_path / ".gitattributes").write_text("*.yaml diff=ruleset\ndocuments.yaml !diff\n", "utf-8")
    call("add", ".")
    call("commit", "--quiet", "--message", "first")
    return call


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def test_git_says_what_changed_in_a_ruleset(git: Git, tmp_path: Path) -> None:
    """The old versions lie in a folder of their own; document and base are found beside the path in the work tree."""
    edited(tmp_path / "rules/town.yaml", "each: 0.5", "each: 0.25")
    edited(tmp_path / "rules/district.yaml", "each: 2", "each: 1")
    district, town = git("diff").split("rules/town.yaml\ntown → town\n")
    assert district.startswith("rules/district.yaml\ndistrict → district\n")
    assert "points each (Services): 2 → 1" in district
    assert "points each (Services): 0.5 → 0.25" in town
    assert "rules/town.yaml:8 → rules/town.yaml:8" in town
    assert "stricter: 1" in town


def test_git_says_it_of_commits_and_below_a_folder(git: Git, tmp_path: Path) -> None:
    edited(tmp_path / "rules/town.yaml", "each: 0.5", "each: 0.25")
    git("commit", "--quiet", "--all", "--message", "second")
    said = "points each (Services): 0.5 → 0.25"
    assert said in git("-C", "rules", "diff", "HEAD~1", "HEAD")
    assert said in git("log", "-1", "--patch", "--ext-diff")


def test_new_deleted_and_renamed_files_are_said_to_be_so(git: Git, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "new.yaml").write_text("ruleset: new\ntitle: None of the others\n", "utf-8")
    (rules / "district.yaml").unlink()
    (rules / "town.yaml").rename(rules / "city.yaml")
    edited(rules / "city.yaml", "title: Town", "title: City")
    git("add", ".")
    said = git("diff", "--cached")
    assert "rules/new.yaml: new file, nothing to compare it with\n" in said
    assert "rules/district.yaml: deleted\n" in said
    assert "rules/town.yaml → rules/city.yaml\n" in said
    assert "title: Town → City" in said


def test_what_does_not_load_never_looks_like_no_difference(git: Git, tmp_path: Path) -> None:
    edited(tmp_path / "rules/town.yaml", "each: 0.5", "eech: 0.5")
    said = git("diff", "--", "rules/town.yaml")
    assert "cannot be compared" in said
    assert "The new version does not load:\nrules/town.yaml:8:" in said
    assert "The old version" not in said
    assert "-  - {id: online, name: Online, max: 10, rule: {kind: per_unit, each: 0.5, of: services}}" in said
    assert "+  - {id: online, name: Online, max: 10, rule: {kind: per_unit, eech: 0.5, of: services}}" in said
    assert "No differences" not in said


def test_of_two_broken_versions_each_is_told_by_its_own_lines(git: Git, tmp_path: Path) -> None:
    edited(tmp_path / "rules/town.yaml", "max: 10\ndocument", "max: 11\ndocument")
    git("commit", "--quiet", "--all", "--message", "broken")
    edited(tmp_path / "rules/town.yaml", "max: 11\ndocument", "max: 12\ndocument")
    old, new = git("diff").split("The new version does not load:\n")
    assert "The old version does not load:\n" in old
    assert "    max: 11\n" in old
    assert "    max: 12\n" in new


def test_a_change_of_comments_alone_is_not_passed_over(git: Git, tmp_path: Path) -> None:
    edited(tmp_path / "rules/town.yaml", "title: Town", "title: Town  # a remark")
    assert git("diff") == (
        "rules/town.yaml\ntown → town\nNo differences.\n"
        "The texts differ in what is not compared, such as comments and layout.\n\n"
    )


def test_a_change_of_mode_is_said(git: Git, tmp_path: Path) -> None:
    (tmp_path / "rules/town.yaml").chmod(0o755)
    assert git("diff") == "rules/town.yaml\nmode: 100644 → 100755\nThe content is the same.\n\n"


@pytest.mark.parametrize("file", ["-x.yaml", "rules/-x y.yaml", "规则 集/甲 市.yaml", "规则 集/--help.yaml"])
def test_a_file_may_have_any_name(file: str, git: Git, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(TOWN.replace("document: notice\n", ""), "utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "second")
    edited(tmp_path / file, "each: 0.5", "each: 0.25")
    assert git("diff").startswith(f"{file}\ntown → town\n")
    assert f"{file}:7 → {file}:7" in git("diff")


@pytest.mark.parametrize("folder", ["rules", "规则 集"])
def test_paths_relative_to_a_folder_are_found_in_it(folder: str, git: Git, tmp_path: Path) -> None:
    """The district extends the town beside it, which only its folder shows; at the top lies another town."""
    (tmp_path / "rules").rename(tmp_path / folder)
    (tmp_path / "town.yaml").write_text("ruleset: town\ntitle: broken\n", "utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "second")
    edited(tmp_path / folder / "district.yaml", "each: 2", "each: 1")
    said = "points each (Services): 2 → 1"
    for words in (["-C", folder, "diff"], ["-C", folder, "diff", "--relative"], ["diff", f"--relative={folder}"]):
        told = git(*words)
        assert told.startswith(f"{folder}/district.yaml\ndistrict → district\n")
        assert said in told
    git("commit", "--quiet", "--all", "--message", "third")
    edited(tmp_path / folder / "district.yaml", "each: 1", "each: 3")  # so that git hands over copies only
    assert said in git("-C", folder, "diff", "--relative", "HEAD~1", "HEAD")
    (tmp_path / folder / "district.yaml").rename(tmp_path / folder / "county.yaml")
    git("add", ".")
    told = git("-C", folder, "diff", "--cached", "--relative")
    assert f"{folder}/district.yaml → {folder}/county.yaml\n" in told
    assert "points each (Services): 1 → 3" in told


def test_files_that_are_no_rulesets_keep_their_plain_diff(git: Git, tmp_path: Path) -> None:
    edited(tmp_path / "rules/documents.yaml", "A notice", "The notice")
    assert "+notice: {title: The notice}" in git("diff")


def test_two_sides_that_are_not_merged(git: Git, tmp_path: Path) -> None:
    git("checkout", "--quiet", "-b", "other")
    for branch, points in (("other", "0.25"), ("main", "0.75")):
        git("checkout", "--quiet", branch)
        edited(tmp_path / "rules/town.yaml", "each: 0.5", f"each: {points}")
        git("commit", "--quiet", "--all", "--message", branch)
    git("merge", "--quiet", "other", code=1)
    assert "rules/town.yaml: not merged yet, nothing to compare\n" in git("diff", "--cached")


def test_whoever_calls_it_by_hand_is_told_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["egov-scoring", "git-diff", "a.yaml", "b.yaml", "--lang", "en"])
    try:
        with pytest.raises(SystemExit) as stop:
            cli.main()
    finally:
        messages.use(None)
    assert stop.value.code == 2
    assert "git calls this with a path" in capsys.readouterr().err
