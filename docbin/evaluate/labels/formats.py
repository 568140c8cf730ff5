"""The formats of labels: one visible table, one small file each."""

from __future__ import annotations

from docbin.registry import Registry

FORMATS = Registry(
    "label format",
    {
        "icdar2013": "docbin.evaluate.labels.icdar2013:Icdar2013",
        "icdar2015": "docbin.evaluate.labels.icdar2015:Icdar2015",
        "icdar2017-mlt": "docbin.evaluate.labels.icdar2017_mlt:Icdar2017Mlt",
        "total-text": "docbin.evaluate.labels.total_text:TotalText",
        "ctw1500": "docbin.evaluate.labels.ctw1500:Ctw1500",
        "msra-td500": "docbin.evaluate.labels.msra_td500:MsraTd500",
        "sroie": "docbin.evaluate.labels.sroie:Sroie",
        "ndl-docl": "docbin.evaluate.labels.ndl_docl:NdlDocL",
        "dkds": "docbin.evaluate.labels.dkds:Dkds",
        "coco-text": "docbin.evaluate.labels.coco_text:CocoText",
        "regions": "docbin.evaluate.labels.region_lines:RegionLines",
    },
)
