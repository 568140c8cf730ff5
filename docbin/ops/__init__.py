"""Pure functions over arrays: no files, no classes."""
