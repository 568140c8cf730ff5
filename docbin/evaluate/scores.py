"""What a scored page looks like: the named metrics."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.evaluate.confusion import f_measure


@dataclass(frozen=True, slots=True)
class Scores:
    """Every metric of one page. Ink is the positive class; shares are in percent.

    Parameters
    ----------
    fm, precision, recall
        F-measure and its parts, 0 to 100.
    pfm_skeleton
        F-measure with the recall taken on the truth's skeleton (H-DIBCO 2010 and 2012).
    pfm_weighted
        Pseudo-F-measure F_ps with weight maps (from DIBCO 2013), or None where it was left out.
        The two pseudo-F-measures are different numbers.
    psnr
        Peak signal-to-noise ratio in dB; infinite for a perfect result.
    drd
        Distance reciprocal distortion, 0 is perfect.
    nrm, mcc, accuracy, mpm
        Negative rate metric (0 is perfect), Matthews' correlation (−1 to 1), share of right
        pixels (0 to 100), misclassification penalty (0 is perfect).
    avg_score
        (fm + pfm_skeleton + psnr + (100 − drd)) / 4.
    notes
        Why a value is what it is where the formula leaves it open.
    """

    fm: float
    pfm_skeleton: float
    pfm_weighted: float | None
    psnr: float
    drd: float
    nrm: float
    mcc: float
    accuracy: float
    mpm: float
    precision: float
    recall: float
    avg_score: float
    notes: tuple[str, ...] = ()

    def f_beta(self, beta: float) -> float:
        """Return Fβ = (1 + β²) P R / (β² P + R) in percent; `fm` is that of β = 1."""
        return 100 * f_measure(self.precision / 100, self.recall / 100, beta)
