"""A PostgreSQL of one's own for tests: made in a folder, reached by a socket there, and gone with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
QUICK = "-c listen_addresses= -c shared_buffers=16MB -c max_connections=20"


def programs() -> Path | None:
    """Where `initdb` and `pg_ctl` are: Debian keeps them beside each version and not among the commands."""
    debian = sorted(DEBIAN.glob("*/bin"), key=lambda found: [int(part) for part in found.parent.name.split(".")])
    named = shutil.which("initdb")
    places = [*reversed(debian), *([Path(named).parent] if named else [])]
    return next((each for each in places if (each / "initdb").exists() and (each / "pg_ctl").exists()), None)


@contextmanager
def cluster(bin_: Path) -> Iterator[str]:
    """The address of a database that only this test knows. PostgreSQL does not run as root, so root steps down."""
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with tempfile.TemporaryDirectory(prefix="register-") as name:  # a short one: the path of a socket is limited
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)

        def run(program: str, *arguments: str) -> None:
            more = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
            done = subprocess.run(
                [str(bin_ / program), *arguments],
                cwd=folder,
                stdout=subprocess.DEVNULL,  # the server would keep a pipe open
                stderr=subprocess.DEVNULL,
                check=False,
                timeout=60,
                **more,  # type: ignore[call-overload]  # who runs it
            )
            assert done.returncode == 0, (program, log.read_text("utf-8") if log.exists() else "")

        log, data = folder / "log", str(folder / "data")
        run("initdb", "--pgdata", data, "--username", "rulebook", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", str(log), "--options", f"{QUICK} -k {folder}")
        try:
            yield f"postgresql://rulebook@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--wait", "--pgdata", data, "--mode", "immediate")
