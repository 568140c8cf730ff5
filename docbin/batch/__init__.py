"""From files to cleaned files: what goes where, page by page, failures kept apart."""

from docbin.batch.archive import run
from docbin.batch.bag import bag
from docbin.batch.books import read_records
from docbin.batch.cleaning import Cleaned, clean_jobs
from docbin.batch.export import export
from docbin.batch.forecasting import Forecast, forecast
from docbin.batch.items import Shard
from docbin.batch.members.limits import Limits
from docbin.batch.plan import Job, plan
from docbin.batch.recipe import Recipe
from docbin.batch.records import PageRecord, Record
from docbin.batch.resume import Wishes
from docbin.batch.session import Listener
from docbin.batch.treatment import CleanedPage, Treatment, chosen_steps
from docbin.batch.verify import verify

__all__ = [
    "Cleaned",
    "CleanedPage",
    "Forecast",
    "Job",
    "Limits",
    "Listener",
    "PageRecord",
    "Recipe",
    "Record",
    "Shard",
    "Treatment",
    "Wishes",
    "bag",
    "chosen_steps",
    "clean_jobs",
    "export",
    "forecast",
    "plan",
    "read_records",
    "run",
    "verify",
]
