"""Writes values.json: log-densities and entropies of scipy.stats (run with scipy 1.10 or later: python3 make.py)."""
import json
import os

import numpy as np
from scipy import special, stats


def case(name, x, log_prob, entropy=None, **parameters):
    return {"name": name, "parameters": parameters, "x": x, "logProb": float(log_prob), "entropy": None if entropy is None else float(entropy)}


def logistic_mass(x, mean, scale, levels):
    """The mass of the bin around x in [0, 1], from the side of the mean where the tail does not round to 1."""
    half = 0.5 / (levels - 1)
    d = stats.logistic(mean, scale)
    lower, upper = (-np.inf if x == 0 else x - half), (np.inf if x == 1 else x + half)
    return d.cdf(upper) - d.cdf(lower) if x < mean else d.sf(lower) - d.sf(upper)


mean, scale, x = np.array([0.3, -1.2, 2.0]), np.array([0.5, 1.7, 0.01]), [0.1, 3.0, 2.02]
logits, bits = np.array([-3.0, 0.4, 2.2]), [0, 1, 1]
factor = np.array([[1.2, 0, 0], [-0.7, 0.4, 0], [0.3, 0.9, 2.5]])
full = stats.multivariate_normal(mean, factor @ factor.T)
table, values = np.array([[0.1, -2.0, 1.5, 0.0], [3.0, 0.0, 0.0, -1.0]]), [2, 3]
log_table = special.log_softmax(table, axis=-1)
place, width, pixels = np.array([0.4, 0.98, 0.2, 0.9]), np.array([0.02, 0.1, 0.05, 0.3]), [100 / 255, 1.0, 0.0, 30 / 255]

cases = [
    case("normal", x, stats.norm.logpdf(x, mean, scale).sum(), stats.norm(mean, scale).entropy().sum(), mean=mean.tolist(), scale=scale.tolist()),
    case("full-normal", x, full.logpdf(x), full.entropy(), mean=mean.tolist(), scale=factor.ravel().tolist()),
    case("laplace", x, stats.laplace.logpdf(x, mean, scale).sum(), stats.laplace(mean, scale).entropy().sum(), mean=mean.tolist(), scale=scale.tolist()),
    case("bernoulli", bits, stats.bernoulli.logpmf(bits, special.expit(logits)).sum(), stats.bernoulli(special.expit(logits)).entropy().sum(),
         logits=logits.tolist()),
    case("categorical", values, sum(row[v] for row, v in zip(log_table, values)), stats.entropy(np.exp(log_table), axis=-1).sum(),
         logits=table.ravel().tolist()),
    case("discretised-logistic", pixels, sum(np.log(logistic_mass(*row, 256)) for row in zip(pixels, place, width)),
         mean=place.tolist(), scale=width.tolist()),
]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "values.json"), "w") as file:
    json.dump(cases, file, indent=2)
    file.write("\n")
