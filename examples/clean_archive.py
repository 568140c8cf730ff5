"""Clean a folder of scans, as `docbin batch` does: a plan first, then the run, then its records."""

from pathlib import Path

from PIL import Image

import docbin
from docbin import batch, synth


def main() -> None:
    for number in range(6):
        image, _ = synth.page(number, 496, 702, dpi=60)
        path = Path("scans", f"box {number // 3}", f"{number}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path, dpi=(60, 60))

    recipe = docbin.Recipe("auto", steps=batch.chosen_steps(despeckle=True), scope="folder")
    recipe.save("archive.toml")

    plan = batch.forecast("scans", "cleaned", recipe, workers=2)
    print(f"{plan.pages.value:.0f} pages, {len(plan.unreadable)} of the files cannot be read")

    # Done in any process, today or after a power cut: what is done is not done again.
    records = batch.run("scans", "cleaned", recipe, workers=2)
    for record in records:
        print(f"{record.name}: {record.status}, {record.pages[0].method}")

    # The books say the same, to whoever asks later, and so does the exported table.
    assert batch.read_records("cleaned") == records
    batch.export(records, "records.csv")
    print(sum(checked.state == "ok" for checked in batch.verify(records, Path("cleaned"))), "ok")


if __name__ == "__main__":
    main()
