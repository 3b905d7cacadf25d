"""Released versions (已发布的版本): `profiles/released.toml` keeps the digest of each, so that none changes quietly."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from shebao.privacy import policy, register
from shebao.privacy.declared import Problem

NAME = "released.toml"
Digests = dict[str, dict[str, dict[str, str]]]
HEAD = "# 已发布的登记册和文本的内容摘要。发布以后只加不改：内容变了就换版本号，再运行 shebao register release。\n"


def written(profiles: Path) -> Digests:
    """Digest of the register and the texts as the files are now: profile, part, version."""
    found: Digests = {}
    for profile in sorted(file.parent.name for file in profiles.glob("*/profile.toml")):
        book = register.load(profile, profiles)
        found[profile] = {"register": {book.version: book.sha256()}}
        for text in policy.written(profile, book, profiles):
            found[profile].setdefault(text.head.part, {})[text.head.version] = text.sha256()
    return found


def recorded(profiles: Path) -> Digests:
    """What was released."""
    file = profiles / NAME
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def problems(profiles: Path) -> Iterator[Problem]:
    """Versions whose content is not the released one, and versions that nobody has released."""
    known = recorded(profiles)
    for profile, part, version, digest in _flat(written(profiles)):
        was = known.get(profile, {}).get(part, {}).get(version)
        where = f"{profile} {part} {version}"
        if was is None:
            yield Problem("not_released", where, "还没有发布，请运行 shebao register release")
        elif was != digest:
            yield Problem("released_is_fixed", where, "已经发布，内容不能改，请换版本号")


def release(profiles: Path) -> list[str]:
    """Records the versions that are new; a recorded one is never overwritten."""
    known = recorded(profiles)
    added = []
    for profile, part, version, digest in _flat(written(profiles)):
        versions = known.setdefault(profile, {}).setdefault(part, {})
        if version not in versions:
            versions[version] = digest
            added.append(f"{profile} {part} {version}")
    lines = [HEAD]
    for profile, parts in sorted(known.items()):
        for part, versions in sorted(parts.items()):
            lines.append(f"\n[{profile}.{part}]\n")
            lines += [f'"{version}" = "{digest}"\n' for version, digest in sorted(versions.items())]
    (profiles / NAME).write_text("".join(lines), "utf-8")
    return added


def _flat(digests: Digests) -> Iterator[tuple[str, str, str, str]]:
    for profile, parts in digests.items():
        for part, versions in parts.items():
            for version, digest in versions.items():
                yield profile, part, version, digest
