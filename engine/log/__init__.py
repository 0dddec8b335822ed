"""The public log of a rulebook: what was published, when, and by whom, as files that anybody can check (C2SP)."""
