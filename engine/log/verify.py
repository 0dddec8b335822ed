"""Everything that can be said of a log: whether it fits together, is what somebody saw before, and is what is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from engine.load import Shelf
from engine.log.around import around
from engine.log.checked import Checked
from engine.log.checkpoint import Checkpoint
from engine.log.keys import is_demonstration
from engine.log.merkle import consistency, consistent, root
from engine.log.note import Note, Verifier, cosigned_at, verified_by
from engine.log.promulgate import digests, versions
from engine.log.promulgated import promulgated
from engine.log.statement import EditionStatement, Promulgated
from engine.log.store import Key, Log, log_keys


def verify(
    log: Log,
    shelf: Shelf | None = None,
    *,
    since: tuple[Note, Checkpoint] | None = None,
    trusted: Verifier | None = None,
    witnesses: Sequence[Verifier] = (),
) -> list[Checked]:
    """What holds of a log that could be read; `shelf` are the policies it is said to be the log of.

    `since` is a checkpoint that somebody kept, `trusted` a key they have from elsewhere.
    """
    return [*_tree(log), *_keys(log, trusted), *_history(log), *_since(log, since), *_witnessed(log, witnesses)] + (
        [] if shelf is None else [*_shelf(log, shelf)]
    )


def _tree(log: Log) -> Iterator[Checked]:
    said = f"all {log.checkpoint.size} entries lead to the root that the key of the log signed"
    yield Checked("tree", True, said)


def _keys(log: Log, trusted: Verifier | None) -> Iterator[Checked]:
    keys = log_keys(log.statements)
    for key in [*keys, *log_keys(log.statements, "receipts")]:
        if not key.agreed:
            because = key.statement.because or "no reason is given"
            said = f"entry {key.index} names a key to which the key before did not consent: {because}"
            yield Checked("key-without-consent", None, said)
    if is_demonstration(log.checkpoint.origin):
        yield Checked("demonstration", None, "the key is for demonstration: what it signs binds nobody")
    if trusted is None:
        said = "whose key it is was not checked: compare it with one you have from elsewhere (--vkey)"
        yield Checked("trusted-key", None, said)
    else:
        yield trusted_key(keys, trusted)


def trusted_key(keys: Sequence[Key], trusted: Verifier) -> Checked:
    """Whether a key somebody trusts signs now, or consented to the one that does, step by step."""
    at = next((index for index, key in enumerate(keys) if key.verifier == trusted), None)
    if at is None:
        return Checked("trusted-key", False, "the key you gave is not one of the keys of this log")
    broken = next((key for key in keys[at + 1 :] if not key.agreed), None)
    if broken is not None:
        said = f"the key you gave did not consent to the one in entry {broken.index}, which signs from there on"
        return Checked("trusted-key", False, said)
    if at + 1 < len(keys):
        return Checked("trusted-key", True, "the key you gave handed over to the one that signs now")
    return Checked("trusted-key", True, "the key you gave is the one that signs")


def _history(log: Log) -> Iterator[Checked]:
    """That statements follow one another: of one rulebook, in time, linked by digests, and no version twice."""
    wrong: list[str] = []
    last: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, str, str]] = set()
    first = log.statements[0]
    day = first.promulgated
    for index, each in enumerate(log.statements):
        if each.rulebook != first.rulebook:
            wrong.append(f"entry {index} is of another rulebook")
        if each.promulgated < day:
            wrong.append(f"entry {index} is dated before the entry above it")
        day = max(day, each.promulgated)
        if not isinstance(each, Promulgated):
            continue
        if each.previous != last.get((each.kind, each.id)):
            wrong.append(f"entry {index} does not follow what was promulgated before it")
        last[each.kind, each.id] = each.digest
        if each.version is not None:
            if (each.kind, each.id, each.version) in seen:
                wrong.append(f"entry {index} is a version that was promulgated before")
            seen.add((each.kind, each.id, each.version))
    said = "each entry follows what was promulgated before it, and no version is there twice"
    yield Checked("history", not wrong, "; ".join(wrong[:5]) if wrong else said)


def _since(log: Log, since: tuple[Note, Checkpoint] | None) -> Iterator[Checked]:
    if since is None:
        return
    note, old = since
    keys = [key.verifier for key in log_keys(log.statements)]
    if old.origin != log.checkpoint.origin:
        yield Checked("since", False, f"the checkpoint you kept is of another log, `{old.origin}`")
    elif not verified_by(note, keys):
        yield Checked("since", False, "the checkpoint you kept is not signed by a key of this log")
    elif old.size > len(log.leaves):
        said = f"you saw {old.size} entries, and there are only {len(log.leaves)}: entries were taken away"
        yield Checked("since", False, said)
    else:
        proof = consistency(log.leaves, old.size)
        same = consistent(old.size, old.root, len(log.leaves), root(log.leaves), proof)
        if same:
            new = len(log.leaves) - old.size
            said = f"the {old.size} entries you saw are all there as they were, and {new} came after"
            yield Checked("since", True, said)
        else:
            said = f"the first {old.size} entries are not the ones you saw: your checkpoint proves a rewriting"
            yield Checked("since", False, said)


def _witnessed(log: Log, witnesses: Sequence[Verifier]) -> Iterator[Checked]:
    for witness in witnesses:
        time = cosigned_at(log.note, witness)
        if time is None:
            yield Checked("witness", False, f"`{witness.name}` has not signed this checkpoint")
        else:
            when = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M UTC")
            yield Checked("witness", True, f"`{witness.name}` saw this checkpoint on {when}")


def _shelf(log: Log, shelf: Shelf) -> Iterator[Checked]:
    """That the policies at hand are the ones in the log."""
    documents = {(each.data["kind"], each.data["id"], each.data["version"]): each for each in shelf.policies}
    logged, public = versions(log), promulgated(shelf, log)
    edited = [name for name, said in logged.items() if name in documents and documents[name].file not in public]
    gone = [name for name in logged if name not in documents]
    for names, slug, what in (
        (edited, "edited", "changed since they were promulgated"),
        (gone, "gone", "not there any more"),
    ):
        if names:
            yield Checked(slug, False, f"{what}: {listed(names)}")
    if not edited and not gone:
        yield Checked("policies", True, f"all {len(logged)} promulgated versions are here as they were promulgated")
    retroactive = [
        name
        for name, said in logged.items()
        if said.from_ is not None and said.from_ < said.promulgated and shelf.about.data["standing"] != "reconstruction"
    ]
    if retroactive:
        yield Checked("retroactive", False, f"in force before they were public: {listed(retroactive)}")
    new = [name for name in documents if name not in logged]
    if new:
        yield Checked("not-promulgated", None, f"not promulgated yet: {listed(new)}")
    yield from _around(log, shelf)


def _around(log: Log, shelf: Shelf) -> Iterator[Checked]:
    last = digests(log)
    now: Mapping[tuple[str, str], str] = around(shelf)
    changed = [f"{kind} `{id_}`" for (kind, id_), digest in now.items() if last.get((kind, id_)) != digest]
    if changed:
        said = f"not as it was promulgated, and not a policy: {', '.join(changed[:10])}"
        yield Checked("around", None, said + (f" and {len(changed) - 10} more" if len(changed) > 10 else ""))  # noqa: PLR2004


def listed(names: Sequence[tuple[str, str, str]]) -> str:
    """The first few versions by kind, id and number, and how many more."""
    shown = ", ".join(f"{kind} `{id_}` {version}" for kind, id_, version in sorted(names)[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004


def editions(log: Log) -> dict[str, int]:
    """The entry of each edition by its digest."""
    return {each.digest: index for index, each in enumerate(log.statements) if isinstance(each, EditionStatement)}
