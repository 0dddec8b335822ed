"""The wrong documents in `policies/bad`, each with exactly what must be said about it.

A case is one YAML file. Its first line says where in a rulebook called `demo` the document belongs
(``# file: rules/late-bills/1.0.0.yaml``; the line is a comment of the document). After the document come lines that
start with ``#= ``: what `show` prints for all of its problems. Files named ``yaml-…`` and ``schema-…`` are read on
their own; any other document is put into a copy of `policies/good/demo`, whose whole check is run.

After a change of words, renew what is expected, and then read the difference as you would read code:

    python -m tests.bad rewrite              # all cases
    python -m tests.bad rewrite schema-enum  # cases whose name starts with this
    python -m tests.bad show static-         # print what is said, and write nothing
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from engine.load import read_shelf, read_text
from engine.problem import Problem
from engine.show import show
from engine.structure import validate

HERE = Path(__file__).resolve().parent / "policies"
ALONE = ("yaml-", "schema-")
MARK = "#= "


def cases() -> list[Path]:
    """Every wrong document, in the order of names."""
    return sorted((HERE / "bad").glob("*.yaml"))


def document(case: Path) -> tuple[str, str]:
    """Where a wrong document belongs, below the folder of rulebooks, and its text without what is expected."""
    with case.open(encoding="utf-8", newline="") as stream:
        lines = stream.read().splitlines(keepends=True)
    first, _, file = lines[0].partition("# file: ")
    assert not first, f"{case.name} does not start with `# file: `"
    return f"demo/{file.strip()}", "".join(line for line in lines if not line.startswith(MARK.rstrip()))


def expected(case: Path) -> str:
    """What must be said about a wrong document, as the file itself has it."""
    lines = case.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.removeprefix(MARK.rstrip()).removeprefix(" ") for line in lines if line.startswith("#="))


def problems_of(case: Path) -> list[Problem]:
    """What is found wrong."""
    return _run(case)[0]


def said(case: Path) -> str:
    """What is said, as it is printed."""
    return _run(case)[1]


def _run(case: Path) -> tuple[list[Problem], str]:
    file, text = document(case)
    if case.name.startswith(ALONE):
        read, problems = read_text(text, file)
        if read is not None:
            problems = [*problems, *validate(read)]
        return problems, "\n".join(show(problem, text) for problem in problems)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "demo"
        shutil.copytree(HERE / "good" / "demo", folder)
        path = Path(name) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        shelf, problems = read_shelf(folder)
        if shelf is not None:
            problems = [*problems, *import_module("engine.check").check(shelf)]
        return problems, "\n".join(show(problem, _text(Path(name), problem)) for problem in problems)


def _text(root: Path, problem: Problem) -> str | None:
    path = root / problem.where.file if problem.where else None
    return path.read_text(encoding="utf-8") if path is not None and path.is_file() else None


def _main(arguments: list[str]) -> None:
    match arguments:
        case ["rewrite" | "show" as what, *starts]:
            pass
        case _:
            raise SystemExit(__doc__)
    chosen = [case for case in cases() if not starts or case.name.startswith(tuple(starts))]
    for case in chosen:
        found = said(case)
        if what == "show":
            print(f"--- {case.name}\n{found}")
            continue
        assert found, f"nothing is wrong with {case.name}"
        text = document(case)[1]
        text = text if text.endswith("\n") else f"{text}\n"
        block = "".join(f"{MARK}{line}".rstrip() + "\n" for line in found.splitlines())
        case.write_bytes(f"{text}{block}".encode())
    if what == "rewrite":
        print(f"{len(chosen)} cases rewritten: read the difference")


if __name__ == "__main__":
    _main(sys.argv[1:])
