"""Are the standard errors of `elbow anatomy` honest? Fresh data sets from one population: the scatter of each value beside its reported error.

/usr/bin/python3 benchmarks/anatomy/errors.py               # 300 data sets of 400 posteriors in six clusters of 4 latents, two minutes
"""
import argparse
import json
import os
import subprocess
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ELBOW = os.path.join(ROOT, "artifacts/bin/Elbow.Cli/release/Elbow.Cli")


def anatomy(folder, random, centres, n, seed):
    """Terms, and the information of the first two latents, of one data set: {name: (value, standard error)}."""
    shape = (n, centres.shape[1])
    np.save(os.path.join(folder, "mu.npy"), centres[random.integers(0, len(centres), n)] + 0.1 * random.standard_normal(shape))
    np.save(os.path.join(folder, "lv.npy"), np.log(0.05**2) + 0.5 * random.standard_normal(shape))
    command = [ELBOW, "anatomy", "--mu", "mu.npy", "--logvar", "lv.npy", "--holes", "0", "--seed", str(seed), "--json", "-"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    named = [*report["terms"].items(), *((f"I(z{k};x)", report["perLatent"][k]["mutualInformation"]) for k in (0, 1))]
    return {name: (term["value"], term["se"]) for name, term in named if term and term["se"] is not None}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=300)
    parser.add_argument("--rows", type=int, default=400)
    args = parser.parse_args()
    centres = np.random.default_rng(0).standard_normal((6, 4))
    with tempfile.TemporaryDirectory() as folder:
        sets = [anatomy(folder, np.random.default_rng(1000 + k), centres, args.rows, k + 1) for k in range(args.sets)]
    print("| term | mean | scatter | reported error | ratio |\n|---|---|---|---|---|")
    for name in sets[0]:
        values = np.array([each[name] for each in sets])
        scatter, error = values[:, 0].std(ddof=1), np.sqrt((values[:, 1] ** 2).mean())
        print(f"| {name} | {values[:, 0].mean():.3f} | {scatter:.4f} | {error:.4f} | {scatter / error:.2f} |")


if __name__ == "__main__":
    main()
