#!/usr/bin/env python3
"""Elbow against plain PyTorch: both sides in turn, each run a fresh process, and the ratio with its spread.

    python3 benchmarks/peers/compare.py --ours "artifacts/bin/Elbow.Benchmarks/release/Elbow.Benchmarks {mode} {model}"

The command must print, as its last line on stdout, a JSON object with "median_ms" and "min_ms" (step) or "seconds" (epoch).
Without --ours only the peer is measured. "ratio" compares medians; "fastest" the least that either side ever took, which
neighbours on the same machine can only lengthen.
"""

import argparse
import itertools
import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

PEER = Path(__file__).resolve().with_name("vae.py")
ROWS = ["step/mlp", "step/conv", "epoch/mlp"]
# A fixed threshold keeps glibc from handing large blocks back after each operator; long spinning hurts when cores are shared.
TUNED = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "1073741824", "GOMP_SPINCOUNT": "10000"}


@dataclass(frozen=True)
class Setting:
    """One way of running the peer."""

    threads: int
    layout: str
    name: str
    environment: dict = field(hash=False, compare=False)
    device: str = "cpu"

    def __str__(self):
        return f"{self.threads} thread{'s' * (self.threads > 1)}, {self.layout}, {self.name}"

    def measure(self, mode, model, seconds):
        command = [sys.executable, str(PEER), mode, model, "--threads", str(self.threads), "--seconds", str(seconds), "--device", self.device]
        if self.layout == "channels-last":
            command.append("--channels-last")
        return run(command, {"OMP_NUM_THREADS": str(self.threads), **self.environment})


def settings(model, device):
    layouts = ["nchw", "channels-last"] if model == "conv" else ["nchw"]
    if device != "cpu":
        return [Setting(1, layout, device, {}, device) for layout in layouts]
    environments = {"plain": {}, "tuned": TUNED}
    if "avx512f" in Path("/proc/cpuinfo").read_text():          # libtorch trusts the variable: without the instructions it would crash
        environments["tuned+avx512"] = {**TUNED, "ATEN_CPU_CAPABILITY": "avx512"}
    return [Setting(t, layout, name, env) for t, layout, (name, env) in itertools.product((1, 2), layouts, environments.items())]


def run(command, environment):
    """Milliseconds that the command reports, of one step or of a whole epoch: median and least. A variable the caller has set wins."""
    try:
        done = subprocess.run(command, env={**environment, **os.environ}, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"{command[0]} could not be started: {error.strerror}.\nBuild it first, or correct --ours.")
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)} ended with {done.returncode}.\n{done.stderr[-2000:]}")
    try:
        result = json.loads(done.stdout.splitlines()[-1])
        return (result["median_ms"], result["min_ms"]) if "median_ms" in result else (1000 * result["seconds"],) * 2
    except (IndexError, KeyError, ValueError):
        sys.exit(f"{shlex.join(command)} did not end with the JSON line.\nIt needs \"median_ms\" and \"min_ms\", or \"seconds\".")


def qualify(model, device, seconds):
    """The best setting for each number of threads, by short runs, so that the rounds need not try all of them.

    The plain environment must win by 5 %: it spins for long, and then one other busy process can multiply the peer's time.
    """
    measured = {s: min(s.measure("step", model, seconds)[0] for _ in range(2)) for s in settings(model, device)}
    for setting, ms in measured.items():
        log(f"  {model}: {ms:8.2f} ms with {setting}")
    rank = {s: ms * (1.05 if s.name == "plain" else 1) for s, ms in measured.items()}
    return [min((s for s in measured if s.threads == threads), key=rank.get) for threads in sorted({s.threads for s in measured})]


def measure(mode, model, qualified, args):
    """One row of the table. Each peer run has our run right before it, so a ratio compares neighbours in time."""
    ours = {s: [] for s in qualified}
    peer = {s: [] for s in qualified}
    for round_, setting in itertools.product(range(args.rounds), qualified):
        if args.ours:
            ours[setting].append(run(shlex.split(args.ours.replace("{mode}", mode).replace("{model}", model)), {"ELBOW_DEVICE": args.device}))
        peer[setting].append(setting.measure(mode, model, args.seconds))
        log(f"  {mode}/{model} round {round_ + 1}: ours {ours[setting][-1:]} peer {peer[setting][-1]} ms with {setting}")
    medians = {s: [each for each, _ in runs] for s, runs in peer.items()}
    best = min(qualified, key=lambda s: median(medians[s]))
    fastest = min(least for runs in peer.values() for _, least in runs)
    cells = [f"{mode}/{model}", "-", f"{median(medians[best]):.2f}", "-", "-", f"{fastest:.2f}", str(best)]
    if args.ours:
        every = list(itertools.chain(*ours.values()))
        ratios = [a / b for (a, _), b in zip(ours[best], medians[best])]
        least = min(least for _, least in every)
        cells[1] = f"{median(each for each, _ in every):.2f}"
        cells[3:6] = f"{median(ratios):.3f}", f"{min(ratios):.3f} .. {max(ratios):.3f}", f"{least:.2f} / {fastest:.2f} = {least / fastest:.3f}"
    return cells


def row(text):
    mode, _, model = text.partition("/")
    if mode not in ("step", "epoch") or model not in ("mlp", "conv"):
        raise argparse.ArgumentTypeError(f"{text} is not step or epoch, a slash, then mlp or conv")
    return mode, model


def log(line):
    print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", type=row, metavar="MODE/MODEL", help=f"default: {' '.join(ROWS)}")
    parser.add_argument("--ours", help="our command, with {mode} and {model} in it")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N, for both sides")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="timed part of one step run of the peer")
    args = parser.parse_args()
    rows = args.rows or [row(text) for text in ROWS]

    qualified = {model: qualify(model, args.device, args.seconds / 2) for model in dict.fromkeys(model for _, model in rows)}
    table = [measure(mode, model, qualified[model], args) for mode, model in rows]

    header = ["row", "ours ms", "peer ms", "ratio", "min .. max", "fastest", "peer's best setting"]
    widths = [max(map(len, column)) for column in zip(header, *table)]
    for cells in [header, *table]:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())


if __name__ == "__main__":
    main()
