"""The door: a rulebook from its folder, checked, and its editions by date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from engine.check import check
from engine.check.absence import lacking
from engine.editions import NOTHING_SAID, Known, changes, histories, in_force, starts
from engine.ir import About, Edition, Logged
from engine.load import Shelf, read_shelf
from engine.locate import policies_folder
from engine.parse import parse_about, parse_edition
from engine.problem import Grade, Problem, Where
from engine.show import show


@dataclass(frozen=True)
class Rulebook:
    """All versions of the policies of one rulebook, without errors. `problems` are what is incomplete or odd in it."""

    shelf: Shelf
    about: About
    problems: tuple[Problem, ...] = ()
    cache: dict[object, object] = field(default_factory=dict, compare=False, repr=False)


class BadRulebook(Exception):  # noqa: N818 - the rulebook is bad, and its problems say why
    """A rulebook with errors; as text it says all of them. `texts` are the files they are in."""

    def __init__(self, problems: Sequence[Problem], texts: Mapping[str, str] | None = None) -> None:
        self.problems = tuple(problems)
        self.texts = dict(texts or {})
        super().__init__(
            "\n\n".join(
                show(problem, self.texts.get(problem.where.file) if problem.where else None) for problem in problems
            )
        )


def load_rulebook(id_or_folder: str | Path | None = None, policies: Path | None = None) -> Rulebook:
    """The rulebook of an id or in a folder; the default one when neither is named.

    Raises BadRulebook when it has errors; what is merely incomplete or odd is in `problems`. `policies` is the folder
    that holds rulebooks, if it is not the one that comes with the engine. A rulebook whose files have not changed since
    it was last loaded is not read again.
    """
    folder = find_folder(id_or_folder, policies or policies_folder())
    stamp = _stamp(folder)
    kept = _LOADED.get(folder)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    shelf, problems = read_shelf(folder)
    about: About | None = None
    if shelf is not None:
        problems = [*problems, *check(shelf)]
        about, _ = parse_about(shelf.about)
    errors = [problem for problem in problems if problem.grade is Grade.ERROR and not _in_draft(problem)]
    if errors or shelf is None or about is None:
        raise BadRulebook(errors, _texts(folder.parent, errors))
    rulebook = Rulebook(shelf, about, tuple(problems))
    _LOADED[folder] = stamp, rulebook
    return rulebook


def edition(rulebook: Rulebook, as_of: date, known_at: date | None = None) -> Edition | None:
    """The edition in force on a date, as far as it was known by another; None when no policy is in force."""
    horizon = _horizon(rulebook, as_of, known_at)
    dates = _dates(rulebook, horizon)
    index = bisect_right(dates, as_of)
    if index == 0:
        return None
    key = ("edition", dates[index - 1], horizon)
    if key not in rulebook.cache:
        documents = in_force(rulebook.shelf.policies, dates[index - 1], horizon, known(rulebook, horizon))
        memo = rulebook.cache.setdefault("memo", {})
        assert isinstance(memo, dict)
        found = parse_edition(rulebook.about, documents, dates[index - 1], memo=memo)[0] if documents else None
        rulebook.cache[key] = found and replace(found, log=_logged(rulebook, found.digest))
    kept = rulebook.cache[key]
    return kept if isinstance(kept, Edition) else None


def missing(rulebook: Rulebook, as_of: date, known_at: date | None = None) -> tuple[str, ...]:
    """The policies, as ``measure `bill-count` ``, for want of which what was known makes no edition; else nothing.

    A version may have ended while the one that follows was not yet known. Nothing is missing where nothing is in force.
    """
    horizon = _horizon(rulebook, as_of, known_at)
    if horizon is None or edition(rulebook, as_of, known_at) is not None:
        return ()
    documents = in_force(rulebook.shelf.policies, as_of, horizon, known(rulebook, horizon))
    problems = parse_edition(rulebook.about, documents)[1] if documents else []
    policies = histories(rulebook.shelf.policies)
    found = {lacking(problem, policies, as_of, horizon) for problem in problems}
    return tuple(f"{name[0]} `{name[1]}`" for name in sorted(each for each in found if each is not None))


def known(rulebook: Rulebook, known_at: date | None) -> Known:
    """The days on which versions became known, by their files: those of its log; nothing if nobody asks.

    The log of a reconstruction says when somebody wrote down the rules of another, not when these were known.
    """
    if known_at is None or rulebook.about.standing == "reconstruction":
        return NOTHING_SAID
    if "known" not in rulebook.cache:
        from engine.log.promulgated import log_of, promulgated  # noqa: PLC0415  # the log needs rulebooks
        from engine.log.store import BadLogError  # noqa: PLC0415  # as above

        try:
            rulebook.cache["known"] = promulgated(rulebook.shelf, log_of(rulebook.shelf))
        except BadLogError as bad:
            help_ = "without it nobody can tell what was known when: `rulebook log verify`"
            raise BadRulebook([Problem("bad-log", f"the log cannot be read: {bad}", help=help_)]) from None
    found = rulebook.cache["known"]
    assert isinstance(found, dict)
    return found


def _logged(rulebook: Rulebook, digest: str) -> Logged:
    """Whether the log of a rulebook names an edition; one that does not fit together names none."""
    if "logged" not in rulebook.cache:
        from engine.log.promulgated import log_of  # noqa: PLC0415  # the log needs rulebooks
        from engine.log.store import BadLogError  # noqa: PLC0415  # as above
        from engine.log.verify import editions  # noqa: PLC0415  # as above

        try:
            log = log_of(rulebook.shelf)
            rulebook.cache["logged"] = None if log is None else frozenset(editions(log))
        except BadLogError:
            rulebook.cache["logged"] = frozenset[str]()
    found = rulebook.cache["logged"]
    if found is None:
        return "no-log"
    assert isinstance(found, frozenset)
    return "promulgated" if digest in found else "not-promulgated"


def usual_day(rulebook: Rulebook, today: date | None = None) -> date:
    """The day to look at a rulebook when none is named: today, or the day it begins if that is still to come."""
    day = today or date.today()  # noqa: DTZ011  # the day where the reader sits
    dates = _dates(rulebook, None)
    return max(day, dates[0]) if dates else day


_LOADED: dict[Path, tuple[tuple[tuple[str, int, int], ...], Rulebook]] = {}
"""Rulebooks by folder, with the state of the files they were read from."""


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The files of a folder with their size and time: when nothing changes, nothing is read again."""
    log = folder / "log" / "checkpoint"
    files = ((file, file.stat()) for file in (*sorted(folder.rglob("*.y*ml")), log) if file.is_file())
    return tuple((str(file), found.st_mtime_ns, found.st_size) for file, found in files)


def _horizon(rulebook: Rulebook, as_of: date, known_at: date | None) -> date | None:
    """The last day by `known_at` on which a version became known; None if there is nothing that was not known then."""
    told = known(rulebook, known_at)
    if known_at is None or (known_at >= as_of and not told):
        return None
    if "days" not in rulebook.cache:
        days = {told.get(document.file) or starts(document) for document in rulebook.shelf.policies}
        rulebook.cache["days"] = sorted(day for day in days if day is not None)
    days_known = rulebook.cache["days"]
    assert isinstance(days_known, list)
    index = bisect_right(days_known, known_at)
    if index == len(days_known):
        return None
    return days_known[index - 1] if index else date.min


def _dates(rulebook: Rulebook, horizon: date | None) -> list[date]:
    key = ("dates", horizon)
    if key not in rulebook.cache:
        rulebook.cache[key] = changes(rulebook.shelf.policies, horizon, known(rulebook, horizon))
    found = rulebook.cache[key]
    assert isinstance(found, list)
    return found


# --------------------------------------------------------------------------------------------- finding the folder


def find_folder(id_or_folder: str | Path | None, policies: Path) -> Path:
    """The folder of a rulebook by its id or path, or of the default one."""
    if id_or_folder is None:
        return _default(policies)
    if isinstance(id_or_folder, str) and (policies / id_or_folder / "rulebook.yaml").is_file():
        return (policies / id_or_folder).resolve()
    folder = Path(id_or_folder)
    if (folder / "rulebook.yaml").is_file():
        return folder.resolve()
    ids = ", ".join(f"`{each}`" for each in _ids(policies)) or "none"
    raise BadRulebook([Problem("no-rulebook", f"there is no rulebook `{id_or_folder}`", help=f"there is: {ids}")])


def _ids(policies: Path) -> list[str]:
    return sorted(file.parent.name for file in policies.glob("*/rulebook.yaml"))


def _default(policies: Path) -> Path:
    """The rulebook that calls itself the default one, or the only one there is."""
    ids = _ids(policies)
    chosen = [id_ for id_ in ids if _is_default(policies / id_)] or ids
    if len(chosen) == 1:
        return (policies / chosen[0]).resolve()
    sentence = f"{len(chosen)} rulebooks could be the default one" if chosen else "there is no rulebook"
    where = Where(f"{chosen[1]}/rulebook.yaml") if chosen else None
    help_ = "name one, or give exactly one of them `default: true`" if chosen else None
    raise BadRulebook([Problem("no-default", sentence, where, help=help_)])


def _is_default(folder: Path) -> bool:
    """Whether `rulebook.yaml` has the line `default: true`; the rest of the rulebook is not read for this."""
    text = (folder / "rulebook.yaml").read_text("utf-8", "replace")
    return any(line.split("#")[0].split() == ["default:", "true"] for line in text.splitlines())


def _in_draft(problem: Problem) -> bool:
    """Whether a problem is in a draft, which belongs to no edition and so stops nothing."""
    return problem.where is not None and "drafts" in problem.where.file.split("/")


def _texts(root: Path, problems: Sequence[Problem]) -> dict[str, str]:
    """The texts of the files with problems, for showing their lines."""
    files = {problem.where.file for problem in problems if problem.where}
    return {file: (root / file).read_text("utf-8", "replace") for file in files if (root / file).is_file()}
