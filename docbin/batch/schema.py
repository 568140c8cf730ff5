"""The tables of the run database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from docbin.errors import InputError
from docbin.io.names import shown

# "DbIn", so that `file` and others know what it is.
APPLICATION = 0x4462496E
VERSION = 2
SCHEMA = """
CREATE TABLE run (owner TEXT NOT NULL, destination NOT NULL);
CREATE TABLE setup (
  id INTEGER PRIMARY KEY, docbin TEXT NOT NULL, method TEXT NOT NULL, params TEXT NOT NULL,
  weights TEXT, options TEXT NOT NULL
);
CREATE TABLE file (
  name PRIMARY KEY NOT NULL, source NOT NULL, target NOT NULL, status TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, setup INTEGER NOT NULL REFERENCES setup,
  sha256 TEXT, output_size INTEGER, output_mtime_ns INTEGER, output_sha256 TEXT, error,
  exit_code INTEGER NOT NULL, attempts INTEGER NOT NULL, seconds REAL NOT NULL, ended REAL NOT NULL,
  etag TEXT NOT NULL, output_etag TEXT
) WITHOUT ROWID;
CREATE TABLE page (
  name NOT NULL, number INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  method TEXT NOT NULL, decode REAL NOT NULL, binarize REAL NOT NULL, encode REAL NOT NULL,
  PRIMARY KEY (name, number)
) WITHOUT ROWID;
"""
# Tables that came later; a database without them is one of an older docbin, and still good.
LATER = """
CREATE TABLE IF NOT EXISTS recipe (setup INTEGER PRIMARY KEY REFERENCES setup, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS choice (
  setup INTEGER NOT NULL REFERENCES setup, folder NOT NULL, "window" INTEGER NOT NULL,
  k REAL NOT NULL, least INTEGER NOT NULL, pages INTEGER NOT NULL, PRIMARY KEY (setup, folder)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS missed (
  name PRIMARY KEY NOT NULL, asked NOT NULL, setup INTEGER NOT NULL REFERENCES setup,
  error NOT NULL, exit_code INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (inputs INTEGER NOT NULL);
"""


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is no run database of this version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise InputError(f"{shown(path)} is no run database of docbin")
    if version != VERSION:
        raise InputError(
            f"{shown(path)} is of version {version}, this docbin reads {VERSION}; use the docbin "
            "that began the run, or give another --state"
        )
