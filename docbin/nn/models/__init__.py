"""Networks for binarization, in float and quantised: one file each."""
