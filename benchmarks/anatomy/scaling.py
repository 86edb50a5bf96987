"""Processor time and memory of `elbow anatomy` against the number of examples, and the exponent of N between them.

/usr/bin/python3 benchmarks/anatomy/scaling.py                      # N = 5,000 ... 40,000, 16 latents
/usr/bin/python3 benchmarks/anatomy/scaling.py --latents 8 --sizes 1000 2000 4000 --full --holes

One thread, and user time of the whole command, which other work on the machine lengthens by some tens of per cent (shared cores and caches), wall time by any factor.
"""
import argparse
import math
import os
import subprocess
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def posteriors(folder, n, latents, full):
    """Means N(0, I/2); diagonal variances of 1/2, or factors of full covariances with the same diagonal."""
    random = np.random.default_rng(1)
    mu = os.path.join(folder, "mu.npy")
    np.save(mu, np.sqrt(0.5) * random.standard_normal((n, latents)))
    if not full:
        np.save(os.path.join(folder, "lv.npy"), np.full((n, latents), math.log(0.5)))
        return ["--mu", mu, "--logvar", os.path.join(folder, "lv.npy")]
    rows = np.tril(random.standard_normal((n, latents, latents)), -1) * 0.3 + np.eye(latents)
    np.save(os.path.join(folder, "s.npy"), rows * (math.sqrt(0.5) / np.linalg.norm(rows, axis=2, keepdims=True)))
    return ["--mu", mu, "--scale", os.path.join(folder, "s.npy")]


def measure(command, environment):
    """User seconds and peak memory in MB of one process."""
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return usage.ru_utime, usage.ru_maxrss / 1000


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--elbow", default=os.path.join(ROOT, "artifacts/bin/Elbow.Cli/release/Elbow.Cli"))
    options.add_argument("--sizes", type=int, nargs="+", default=[5_000, 10_000, 20_000, 40_000])
    options.add_argument("--latents", type=int, default=16)
    options.add_argument("--repeats", type=int, default=3, help="the least of so many runs counts: other work only ever adds")
    options.add_argument("--full", action="store_true", help="full covariances")
    options.add_argument("--holes", action="store_true", help="with holes and tests of q(z) against p(z)")
    asked = options.parse_args()
    environment = dict(os.environ, ELBOW_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    print("| N | L | user seconds | ns a pair | exponent from the row above | MB |\n|---|---|---|---|---|---|")
    before = None
    for n in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            command = [asked.elbow, "anatomy", *posteriors(folder, n, asked.latents, asked.full), *([] if asked.holes else ["--holes", "0"])]
            seconds, memory = map(min, zip(*(measure(command, environment) for _ in range(asked.repeats))))
        exponent = "" if before is None else f"{math.log(seconds / before[1]) / math.log(n / before[0]):.2f}"
        print(f"| {n} | {asked.latents} | {seconds:.1f} | {seconds / n ** 2 * 1e9:.1f} | {exponent} | {memory:.0f} |", flush=True)
        before = (n, seconds)


if __name__ == "__main__":
    main()
