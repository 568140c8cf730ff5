"""From files to cleaned files: what goes where, page by page, failures kept apart."""

from docbin.batch.cleaning import Cleaned, clean_jobs
from docbin.batch.plan import Job, plan
from docbin.batch.treatment import CleanedPage, Treatment, chosen_steps

__all__ = ["Cleaned", "CleanedPage", "Job", "Treatment", "chosen_steps", "clean_jobs", "plan"]
