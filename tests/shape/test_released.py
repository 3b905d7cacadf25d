"""What was released stays as it was: a changed register or policy text has a new version."""

import shutil
from pathlib import Path

from shebao.privacy import released

PROFILES = Path(__file__).resolve().parent.parent.parent / "profiles"


def test_a_released_version_has_the_released_content():
    found = [str(problem) for problem in released.problems(PROFILES) if problem.code != "not_released"]
    assert found == []


def test_a_quiet_change_is_noticed_and_a_new_version_is_recorded_beside_the_old(tmp_path):
    profiles = tmp_path / "profiles"
    shutil.copytree(PROFILES, profiles)
    released.release(profiles)
    text = profiles / "guangxi" / "policy.zh.md"
    text.write_text(text.read_text("utf-8").replace("也不收钱。", "也不收费。"), "utf-8")
    found = [problem for problem in released.problems(profiles) if problem.where.startswith("guangxi")]
    assert [problem.code for problem in found] == ["released_is_fixed"]
    before = released.recorded(profiles)
    assert released.release(profiles) == [] and released.recorded(profiles) == before

    version = found[0].where.rpartition(" ")[2]
    text.write_text(
        text.read_text("utf-8").replace(f'\nversion = "{version}"', '\nversion = "2099.1"'), "utf-8"
    )
    assert [problem.code for problem in released.problems(profiles)] == ["not_released"]
    assert released.release(profiles) == ["guangxi policy 2099.1"]
    assert list(released.problems(profiles)) == []
    assert version in released.recorded(profiles)["guangxi"]["policy"]
