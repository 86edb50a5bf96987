#!/usr/bin/env python3
"""A small VAE in plain PyTorch, for tests of importing: trains on the rows of x.npy in a folder, draws one z for each row, and writes there
    weights.safetensors   its state_dict, by a writer of a dozen lines (Debian has no safetensors package)
    z.npy                 the draws
and prints {"reconstruction", "kl"}: the means over all rows of log p(x|z) and of the closed-form KL(q(z|x) || N(0, I)).
    train.py FOLDER"""
import json
import os
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

CODES = {torch.float32: "F32", torch.int64: "I64"}


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": CODES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def main(folder):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x = torch.tensor(numpy.load(os.path.join(folder, "x.npy")))
    vae = nn.ModuleDict({
        "encoder": nn.Sequential(nn.Linear(x.shape[1], 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Linear(16, 2 * 2)),
        "decoder": nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Linear(16, x.shape[1])),
    })

    def parts():
        mu, logvar = vae["encoder"](x).chunk(2, 1)
        z = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
        reconstruction = -functional.binary_cross_entropy_with_logits(vae["decoder"](z), x, reduction="none").sum(1)
        return z, reconstruction.mean(), 0.5 * (mu ** 2 + logvar.exp() - 1 - logvar).sum(1).mean()

    adam = torch.optim.Adam(vae.parameters(), 0.01)
    for _ in range(60):
        _, reconstruction, kl = parts()
        adam.zero_grad()
        (kl - reconstruction).backward()
        adam.step()
    vae.eval()
    with torch.no_grad():
        z, reconstruction, kl = parts()
    write(os.path.join(folder, "weights.safetensors"), vae.state_dict())
    numpy.save(os.path.join(folder, "z.npy"), z.numpy())
    print(json.dumps({"reconstruction": reconstruction.item(), "kl": kl.item()}))


main(sys.argv[1])
