"""The same query for Spark: it works out the decisions, and what it gives is set down as DuckDB's own is."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.inputs import Found
from engine.problem import Problem
from engine.readings.columns.tables import SUBJECT, Table, Tables
from engine.readings.columns.text import in_dialect

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local[*]"
OLDEST_JAVA = 17


class SparkError(Exception):
    """Spark could not work something out; what it says may quote values and is for nobody's eyes."""


SETTINGS: dict[str, bool | float | int | str | None] = {
    "spark.app.name": "openrulebook",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never another number
    "spark.sql.session.timeZone": "UTC",
}


@contextmanager
def spark_session(master: str) -> Iterator[SparkSession | Problem]:
    """A session of Spark, or why there is none; one that is open already is used and left open."""
    missing = what_is_missing()
    if missing is not None:
        yield missing
        return
    from py4j.protocol import Py4JError  # noqa: PLC0415  # an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415  # as above
    from pyspark.sql import SparkSession  # noqa: PLC0415  # as above

    open_ = SparkSession.getActiveSession()
    if open_ is not None:
        yield open_
        return
    with tempfile.TemporaryDirectory(prefix="spark-") as folder:
        try:
            session = _begin(master, Path(folder))
        except (PySparkException, Py4JError) as error:
            yield _not_begun(master, Path(folder), error)
            return
        try:
            yield session
        finally:
            session.stop()


def what_is_missing() -> Problem | None:
    """What Spark needs and this machine lacks."""
    try:
        import pyspark  # noqa: F401, PLC0415  # an extra
    except ImportError:
        return Problem("no-spark", "pyspark is not installed", help="pip install 'openrulebook[spark]'")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(f"{home}/bin/java" if home else "java")
    advice = f"on Debian: apt-get install openjdk-{OLDEST_JAVA}-jre-headless; JAVA_HOME names the one to use"
    if java is None:
        where = f" under JAVA_HOME, `{home}`" if home else ""
        return Problem("no-java", f"Spark needs Java {OLDEST_JAVA} or newer, and there is none{where}", help=advice)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603  # found above
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        found = f"`{java}` is Java {version[1]}" if version else f"`{java}` does not run"
        return Problem("no-java", f"Spark needs Java {OLDEST_JAVA} or newer, and {found}", help=advice)
    return None


def _begin(master: str, folder: Path) -> SparkSession:
    """Starts Java, whose chatter goes to a file."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra

    builder = SparkSession.builder.master(master).config(map=SETTINGS)
    if master.startswith("local"):
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.local.dir", str(folder))
    kept = os.dup(2)
    try:
        with (folder / "log").open("wb") as log:
            os.dup2(log.fileno(), 2)
            return builder.getOrCreate()
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _not_begun(master: str, folder: Path, error: Exception) -> Problem:
    """What Java said last, in one line."""
    said = (folder / "log").read_text("utf-8", "replace") + str(error)
    why = re.search(r"(?:Exception|Error): ([^\n]+)", said)
    told = f": {why[1].strip()}" if why else ""
    help_ = "local[*] is this machine, spark://HOST:7077 a cluster"
    return Problem("no-session", f"Spark did not begin with master `{master}`{told}", help=help_)


# ---------------------------------------------------------------------------------------------------------- working


def must_be_staged(found: Found, table: Table) -> bool:
    """Whether Spark would read a table otherwise: text, floats of 32 bits, and subjects that are not text."""
    floats = any(column.form == "float" for column in table.columns.values())
    return found.kind != "parquet" or floats or table.columns[SUBJECT].form != "text"


def put_tables(session: SparkSession, tables: Tables, files: Mapping[str, list[Path]]) -> None:
    """Makes a view of each table, named for it; one without files is the list of its subjects."""
    named = [*tables.sources.values(), *([tables.subjects] if tables.subjects else [])]
    for table in named:
        if table.name in files:
            reader = session.read.option("mergeSchema", "true")
            reader.parquet(*map(str, files[table.name])).createOrReplaceTempView(f"`{table.name}`")
    if tables.subjects is not None and tables.subjects.name not in files:
        (only,) = files
        session.sql(f"SELECT DISTINCT {SUBJECT} FROM `{only}`").createOrReplaceTempView(tables.subjects.name)


def works_out(session: SparkSession, folder: Path) -> Callable[[exp.Select, str], str]:
    """Gives for a query what DuckDB reads its result from, once Spark has it."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  # an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415  # as above

    def worked_out(query: exp.Select, name: str) -> str:
        out = folder / name
        try:
            session.sql(in_dialect(query, "spark")).write.mode("overwrite").parquet(str(out))
        except (PySparkException, Py4JError) as error:
            if "No space left" in str(error):
                raise OSError(errno.ENOSPC, "full") from None
            raise SparkError(str(error)) from None
        files = str(out / "*.parquet").replace("'", "''")
        return f"SELECT * FROM read_parquet('{files}')"

    return worked_out
