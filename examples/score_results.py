"""Score two results against the truth, with every metric.

python examples/score_results.py
"""

from dataclasses import asdict

import docbin
from docbin import synth
from docbin.evaluate import weight_maps


def main() -> None:
    page, truth = synth.page(seed=5, width=600, height=450, dpi=150)
    results = {name: docbin.binarize(page, name) for name in ("otsu", "isauvola")}

    # The weight maps of the pseudo-F-measure depend on the truth alone: made once.
    maps = weight_maps(truth)
    scores = {
        name: asdict(docbin.score(mask, truth, weights=maps)) for name, mask in results.items()
    }
    print(f"{'':14}" + "".join(f"{name:>10}" for name in scores))
    for metric in scores["otsu"]:
        if metric != "notes":
            print(f"{metric:14}" + "".join(f"{each[metric]:10.3f}" for each in scores.values()))


if __name__ == "__main__":
    main()
