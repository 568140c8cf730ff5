"""The tables of the run database."""

from __future__ import annotations

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
"""
