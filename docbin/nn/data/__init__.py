"""Training data: tile stores on disk, batches in torch, augmentation, ink transplanted and made."""
