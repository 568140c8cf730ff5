"""A run as one HTML page: pictures before and after, measures, failures."""

from docbin.report.measures import FLAGS, Measures, measured
from docbin.report.run_report import write_report

__all__ = ["FLAGS", "Measures", "measured", "write_report"]
