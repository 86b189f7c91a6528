"""Where rulesets are found: by path, beside the ruleset that names them, or among those that come with the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

DOCUMENTS = "documents.yaml"
CASES = "cases"
DUTIES = "duties"
FACTS = "facts"
BESIDE = (CASES, DUTIES, FACTS)
"""The folders beside rulesets that hold no rulesets."""
ENDINGS = (".yaml", ".yml")
"""By these a path is told from an id."""
OF_ITS_FOLDER = "ruleset"
"""A file of this name is the ruleset of its folder: `huaibei_2019/ruleset.yaml` is `huaibei_2019`."""


def shipped() -> Path:
    """The folder of the rulesets that come with the library: in the package, or at the top of a checkout."""
    packaged = Path(__file__).parent / "rulesets"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "rulesets"


def rulesets_above(path: Path) -> Iterator[Path]:
    """The folders in which a file's neighbours are looked for: its own, those above up to the one that declares documents,
    and the shipped one."""
    library = shipped()
    for folder in path.resolve().parents:
        if folder.name in BESIDE:
            continue
        yield folder if path.is_absolute() else _seen_from_here(folder)
        if folder == library.resolve():
            return
        if (folder / DOCUMENTS).is_file():
            break
    yield library


def _seen_from_here(folder: Path) -> Path:
    """The folder as it is seen from the working directory, where it lies below that."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def find(name: str | Path, beside: Path | None = None) -> Path | None:
    """The file of a ruleset named by path or id, or None. An id is looked for around the file that names it first."""
    if beside is None and (isinstance(name, Path) or name.endswith(ENDINGS) or _is_file(Path(name))):
        return Path(name)
    return next(filter(_is_file, candidates(name, beside)), None)


def candidates(name: str | Path, beside: Path | None = None) -> list[Path]:
    """The files that an id can mean, in the order in which they are looked for; a path leads from the file that names it."""
    if beside is not None and str(name).endswith(ENDINGS):
        return [beside.parent / name]
    if not _is_id(str(name)):
        return []
    folders = [shipped()] if beside is None else list(rulesets_above(beside))
    return [folder / file for folder in folders for file in (f"{name}.yaml", f"{name}/{OF_ITS_FOLDER}.yaml")]


def _is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_id(name: str) -> bool:
    return (
        bool(name)
        and all(part not in ("", ".", "..") for part in name.split("/"))
        and "\\" not in name
        and "\0" not in name
    )


def known_ids(beside: Path | None = None) -> list[str]:
    """The ids of the rulesets that can be named: those beside a file, and all below the folders that declare documents."""
    folders = [] if beside is None else list(rulesets_above(beside))
    roots = {shipped(), *(folder for folder in folders if (folder / DOCUMENTS).is_file())}
    names = {name for root in roots for name in ids_in(root)}
    if beside is not None:
        names |= {file.stem for file in folders[0].glob("*.yaml") if file.name not in (DOCUMENTS, beside.name)}
    return sorted(names)


def ids_in(folder: Path) -> list[str]:
    """The ids of the rulesets below a folder: every YAML file but the documents, and those of folders that hold none."""
    return [_id(file.relative_to(folder)) for file in files_in(folder)]


def id_of(path: Path) -> str:
    """The id by which the ruleset of that file is found: its path below the folder of the rulesets, without the ending."""
    return _id(path.resolve().relative_to(home(path).resolve()))


def file_of(name: str, path: Path) -> Path:
    """Where the ruleset of that file would stand to be found by another id."""
    return home(path) / f"{name}.yaml"


def home(path: Path) -> Path:
    """The folder of the rulesets that a file belongs to: the nearest one that declares documents, else the file's own."""
    above = [folder for folder in rulesets_above(path) if path.resolve().is_relative_to(folder.resolve())]
    return next((folder for folder in above if (folder / DOCUMENTS).is_file()), above[0])


def _id(file: Path) -> str:
    named = file.parent if file.stem == OF_ITS_FOLDER and file.parent.name else file.with_suffix("")
    return named.as_posix()


def files_in(folder: Path) -> list[Path]:
    """The ruleset files below a folder."""
    return [
        file
        for file in sorted(folder.rglob("*.yaml"))
        if file.is_file() and file.name != DOCUMENTS and not set(BESIDE) & set(file.relative_to(folder).parts)
    ]
