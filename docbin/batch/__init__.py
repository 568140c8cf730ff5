"""From files to cleaned files: what goes where, page by page, failures kept apart.

Every public name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docbin.lazily import loader

# Public name -> where it lives.
_HOMES = {
    "Cleaned": "docbin.batch.cleaning",
    "CleanedPage": "docbin.batch.treatment",
    "Forecast": "docbin.batch.forecasting",
    "Job": "docbin.batch.planning",
    "Limits": "docbin.batch.members.limits",
    "Listener": "docbin.batch.session",
    "PageRecord": "docbin.batch.records",
    "Recipe": "docbin.batch.recipe",
    "Record": "docbin.batch.records",
    "Shard": "docbin.batch.items",
    "Treatment": "docbin.batch.treatment",
    "Wishes": "docbin.batch.resume",
    "bag": "docbin.batch.bagging",
    "chosen_steps": "docbin.batch.treatment",
    "clean_jobs": "docbin.batch.cleaning",
    "export": "docbin.batch.exporting",
    "forecast": "docbin.batch.forecasting",
    "plan": "docbin.batch.planning",
    "read_records": "docbin.batch.books",
    "run": "docbin.batch.archive",
    "verify": "docbin.batch.verifying",
}

__all__ = list(_HOMES)

if TYPE_CHECKING:
    from docbin.batch.archive import run as run
    from docbin.batch.bagging import bag as bag
    from docbin.batch.books import read_records as read_records
    from docbin.batch.cleaning import Cleaned as Cleaned
    from docbin.batch.cleaning import clean_jobs as clean_jobs
    from docbin.batch.exporting import export as export
    from docbin.batch.forecasting import Forecast as Forecast
    from docbin.batch.forecasting import forecast as forecast
    from docbin.batch.items import Shard as Shard
    from docbin.batch.members.limits import Limits as Limits
    from docbin.batch.planning import Job as Job
    from docbin.batch.planning import plan as plan
    from docbin.batch.recipe import Recipe as Recipe
    from docbin.batch.records import PageRecord as PageRecord
    from docbin.batch.records import Record as Record
    from docbin.batch.resume import Wishes as Wishes
    from docbin.batch.session import Listener as Listener
    from docbin.batch.treatment import CleanedPage as CleanedPage
    from docbin.batch.treatment import Treatment as Treatment
    from docbin.batch.treatment import chosen_steps as chosen_steps
    from docbin.batch.verifying import verify as verify

__getattr__ = loader(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
