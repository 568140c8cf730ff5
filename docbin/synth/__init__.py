"""Generated pages with exact truth, seeded."""
