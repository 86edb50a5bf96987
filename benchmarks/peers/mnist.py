"""MNIST images from their idx.gz files, as the data set's authors publish them."""

import gzip
import os
import sys
from pathlib import Path

import numpy as np
import torch

_FILES = {"train": "train-images-idx3-ubyte.gz", "test": "t10k-images-idx3-ubyte.gz"}


def folder() -> Path:
    """The folder with the files: ELBOW_DATA (or its `mnist` subfolder), else `../shared/data/mnist` beside the repository."""
    repository = Path(__file__).resolve().parents[2]
    root = Path(os.environ.get("ELBOW_DATA") or repository.parent / "shared" / "data")
    for candidate in (root / "mnist", root):
        if all((candidate / name).is_file() for name in _FILES.values()):
            return candidate
    sys.exit(f"MNIST not found in {root}.\nSet ELBOW_DATA to the folder that holds mnist/{_FILES['train']}.")


def load(split: str) -> torch.Tensor:
    """Grey levels in [0, 1] of the `train` or `test` images: float32 (N, 1, 28, 28)."""
    raw = gzip.decompress((folder() / _FILES[split]).read_bytes())
    magic, count, height, width = np.frombuffer(raw, dtype=">i4", count=4)
    if magic != 0x803:
        sys.exit(f"{_FILES[split]} is not an idx3 file of bytes.\nFetch it again.")
    pixels = torch.from_numpy(np.frombuffer(raw, dtype=np.uint8, offset=16).copy())
    return pixels.view(int(count), 1, int(height), int(width)).float().div_(255)
