"""Every binarization method: one file each, one line each in this table."""

from docbin.registry import Registry

METHODS = Registry(
    "method",
    {
        "otsu": "docbin.methods.otsu:Otsu",
        "sauvola": "docbin.methods.sauvola:Sauvola",
    },
)
