"""Where the templates, words and assets of the website are."""

from pathlib import Path

HERE = Path(__file__).resolve().parent


def site_folder() -> Path:
    """In an installed wheel the folder inside the package, in a checkout the one beside it.

    The inside is looked at first: it exists only in a wheel, while beside an installed package
    lie other people's packages, and one of them might be called ``site``.

    >>> site_folder().name in {"site", "_site"}
    True
    """
    inside = HERE / "_site"
    return inside if inside.is_dir() else HERE.parent / "site"
