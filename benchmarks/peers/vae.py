"""The peer: two ordinary VAEs in plain PyTorch, written the way a good PyTorch user writes them.

    python3 vae.py step  mlp  --threads 2                  milliseconds of one training step
    python3 vae.py epoch mlp  --threads 2                  seconds of a whole MNIST epoch
    python3 vae.py nll   conv --threads 2 --epochs 3       importance-sampled NLL in nats

The last line on stdout is one JSON object; the log goes to stderr.
"""

import argparse
import itertools
import json
import math
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset

import mnist

LATENT = 20
BATCH = 128


class Vae(nn.Module):
    """Bernoulli likelihood, diagonal Gaussian posterior, standard normal prior."""

    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def encode(self, x):
        """x (B,C,H,W) -> mu (B,L), log_var (B,L)."""
        return self.encoder(x).chunk(2, dim=1)

    def forward(self, x):
        """x (B,C,H,W) -> logits (B,C,H,W), mu (B,L), log_var (B,L)."""
        mu, log_var = self.encode(x)
        z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
        return self.decoder(z), mu, log_var


def mlp():
    """784-400-20-400-784, ReLU."""
    return Vae(
        nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU(inplace=True), nn.Linear(400, 2 * LATENT)),
        nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(inplace=True), nn.Linear(400, 784), nn.Unflatten(1, (1, 28, 28))))


def conv():
    """Channels 32, 64, 128 with kernel 4, stride 2, padding 1 (28 -> 14 -> 7 -> 3 pixels), and the mirror of it."""
    halve = double = dict(kernel_size=4, stride=2, padding=1)
    return Vae(
        nn.Sequential(
            nn.Conv2d(1, 32, **halve), nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, **halve), nn.ReLU(inplace=True),
            nn.Conv2d(64, 128, **halve), nn.ReLU(inplace=True),
            nn.Flatten(), nn.Linear(128 * 3 * 3, 2 * LATENT)),
        nn.Sequential(
            nn.Linear(LATENT, 128 * 3 * 3), nn.ReLU(inplace=True), nn.Unflatten(1, (128, 3, 3)),
            nn.ConvTranspose2d(128, 64, output_padding=1, **double), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(64, 32, **double), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(32, 1, **double)))


MODELS = {"mlp": mlp, "conv": conv}


def loss_terms(vae, x):
    """Distortion and KL of a binary batch, each the mean per image, in nats."""
    logits, mu, log_var = vae(x)
    distortion = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
    kl = 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum() / len(x)
    return distortion, kl


class Trainer:
    def __init__(self, args):
        self.layout = torch.channels_last if args.channels_last else torch.contiguous_format
        self.device = torch.device(args.device)
        self.vae = MODELS[args.model]().to(self.device, memory_format=self.layout)
        gpu = self.device.type == "cuda"
        self.optimizer = torch.optim.Adam(self.vae.parameters(), lr=1e-3, **({"fused": True} if gpu else {"foreach": True}))

    def binarise(self, grey):
        grey = grey.to(self.device)
        binary = (torch.rand_like(grey) < grey).float()          # 2.4 times as fast as torch.bernoulli
        return binary.contiguous(memory_format=self.layout)

    def step(self, x):
        distortion, kl = loss_terms(self.vae, x)
        self.optimizer.zero_grad(set_to_none=True)
        (distortion + kl).backward()
        self.optimizer.step()
        return distortion.detach(), kl.detach()

    def epoch(self, batches):
        distortion_sum = kl_sum = 0.0
        for step, (grey,) in enumerate(batches, start=1):
            distortion, kl = self.step(self.binarise(grey))
            distortion_sum += distortion
            kl_sum += kl
            if step % 100 == 0:
                log(f"step {step}: distortion {distortion_sum / step:.2f}, KL {kl_sum / step:.2f}")

    @torch.no_grad()
    def validate(self, batches):
        """Mean negative ELBO in nats over all images, the smaller last batch weighted by its size."""
        total = count = 0
        for (grey,) in batches:
            total += sum(loss_terms(self.vae, self.binarise(grey))) * len(grey)
            count += len(grey)
        return float(total / count)


def loader(grey, shuffle):
    """One index operation per batch: a sampler of whole batches, where DataLoader's default fetches and stacks image by image."""
    data = TensorDataset(grey)
    order = RandomSampler(data) if shuffle else SequentialSampler(data)
    return DataLoader(data, sampler=BatchSampler(order, BATCH, drop_last=False), batch_size=None)


def run_step(args):
    """Forward, backward and Adam on resident batches that were binarised beforehand."""
    trainer = Trainer(args)
    grey = mnist.load("test")[: 32 * BATCH]
    batches = [trainer.binarise(batch) for batch in grey.split(BATCH)]
    # A GPU works while Python goes on to the next step: there a sample is the mean of some steps, up to the last one's end.
    gpu = trainer.device.type == "cuda"
    together = 20 if gpu else 1
    order = itertools.cycle(batches)
    for _ in range(args.warmup):
        trainer.step(next(order))
    if gpu:
        torch.cuda.synchronize()
    samples = []
    deadline = time.perf_counter() + args.seconds
    while len(samples) < args.steps and (len(samples) < 5 or time.perf_counter() < deadline):
        start = time.perf_counter()
        for _ in range(together):
            trainer.step(next(order))
        if gpu:
            torch.cuda.synchronize()
        samples.append(round(1e3 * (time.perf_counter() - start) / together, 4))
    return {"median_ms": statistics.median(samples), "min_ms": min(samples), "samples": samples}


def run_epoch(args):
    """Reading the files, 469 training steps, one validation pass; without the start of the process."""
    start = time.perf_counter()
    train, test = loader(mnist.load("train"), shuffle=True), loader(mnist.load("test"), shuffle=False)
    trainer = Trainer(args)
    loaded = time.perf_counter()
    trainer.epoch(train)
    trained = time.perf_counter()
    loss = trainer.validate(test)
    end = time.perf_counter()
    return {"seconds": end - start, "load_s": loaded - start, "train_s": trained - loaded, "validate_s": end - trained,
            "validation_loss": loss}


@torch.no_grad()
def run_nll(args):
    """-log p(x) in nats, mean over images, by K importance samples from the posterior: an upper bound in expectation."""
    trainer = Trainer(args)
    train = loader(mnist.load("train"), shuffle=True)
    for _ in range(args.epochs):
        with torch.enable_grad():
            trainer.epoch(train)
    grey = mnist.load("test")[: args.images]
    per_chunk = max(1, 8192 // args.k)
    start = time.perf_counter()
    nll = sum(-log_evidence(trainer.vae, trainer.binarise(chunk), args.k).sum() for chunk in grey.split(per_chunk)) / len(grey)
    return {"k": args.k, "images": len(grey), "epochs": args.epochs, "nll": float(nll), "seconds": time.perf_counter() - start}


def log_evidence(vae, x, K):
    """log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x): x (B,C,H,W) -> (B)."""
    mu, log_var = vae.encode(x)
    eps = torch.randn(K, *mu.shape, device=mu.device)
    z = mu + torch.exp(0.5 * log_var) * eps                                             # (K,B,L)
    logits = vae.decoder(z.flatten(0, 1)).unflatten(0, (K, len(x)))                     # (K,B,C,H,W)
    log_px = -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").flatten(2).sum(2)
    log_pz_over_qz = 0.5 * (eps.square() + log_var - z.square()).sum(2)                 # the constants cancel
    return torch.logsumexp(log_px + log_pz_over_qz, dim=0) - math.log(K)


def log(line):
    print(line, file=sys.stderr)


MODES = {"step": run_step, "epoch": run_epoch, "nll": run_nll}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warmup", type=int, default=10, help="step: untimed steps first")
    parser.add_argument("--steps", type=int, default=1000, help="step: timed steps at most")
    parser.add_argument("--seconds", type=float, default=5, help="step: stop timing after this long")
    parser.add_argument("--epochs", type=int, default=1, help="nll: training epochs first")
    parser.add_argument("--k", type=int, default=128, help="nll: importance samples per image")
    parser.add_argument("--images", type=int, default=1000, help="nll: test images used")
    return parser.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    result = MODES[args.mode](args)
    print(json.dumps({"model": args.model, "mode": args.mode, "device": args.device, "threads": args.threads, "channels_last": args.channels_last, **result}))


if __name__ == "__main__":
    main()
