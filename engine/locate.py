"""Where the policies that come with the engine are."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALLED = HERE / "_policies"
"""The folder inside the package, which only an installed wheel has."""


def policies_folder() -> Path:
    """In an installed wheel the folder inside the package, in a checkout the one beside it.

    The inside is looked at first: it exists only in a wheel, while beside an installed package
    lie other people's packages, and one of them might be called ``policies``.

    >>> policies_folder().name in {"policies", "_policies"}
    True
    """
    return INSTALLED if INSTALLED.is_dir() else HERE.parent / "policies"
