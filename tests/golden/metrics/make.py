"""Writes values.json: metrics of small fixed sets by numpy and scipy in the plainest way, loops where they are clearest (python3 make.py).

The sets are made from sines, so that any program can make them again: element (n, d) of set s is
sin(1.3 s + 0.7 n + 1.9 d + 0.37 n d) (1 + 0.5 d) + sin(0.7 n + s) + 0.2 s, and pixel d of picture n is 0.5 + 0.5 sin(0.7 n + 1.9 d + 0.37 n d).
"""
import json
import os

import numpy as np
from scipy import linalg


def rows(s, n, d):
    i, j = np.meshgrid(np.arange(n), np.arange(d), indexing="ij")
    return np.sin(1.3 * s + 0.7 * i + 1.9 * j + 0.37 * i * j) * (1 + 0.5 * j) + np.sin(0.7 * i + s) + 0.2 * s


def pixels(n, h, w):
    i, j = np.meshgrid(np.arange(n), np.arange(h * w), indexing="ij")
    return (0.5 + 0.5 * np.sin(0.7 * i + 1.9 * j + 0.37 * i * j)).reshape(n, h, w)


def frechet(m1, c1, m2, c2):
    return float(((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * linalg.sqrtm(c1 @ c2)).real)


def fid(x, y):
    return frechet(x.mean(0), np.cov(x, rowvar=False), y.mean(0), np.cov(y, rowvar=False))


def ledoit_wolf(x):
    n, d = x.shape
    z = x - x.mean(0)
    s = z.T @ z / n
    mu = np.trace(s) / d
    delta = ((s - mu * np.eye(d)) ** 2).sum() / d
    beta = sum(((np.outer(row, row) - s) ** 2).sum() for row in z) / n ** 2 / d
    rho = min(beta, delta) / delta
    return rho, (1 - rho) * s + rho * mu * np.eye(d)


def mmd(x, y, kernel):
    """The unbiased statistic by loops over pairs."""
    n, m = len(x), len(y)
    xx = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    xy = sum(kernel(a, b) for a in x for b in y) / (n * m)
    return float(xx + yy - 2 * xy)


def prdc(real, fake, k):
    def radius(points, i):
        return sorted(np.linalg.norm(points[i] - other) for n, other in enumerate(points) if n != i)[k - 1]

    around_real = [radius(real, i) for i in range(len(real))]
    around_fake = [radius(fake, j) for j in range(len(fake))]
    distance = np.array([[np.linalg.norm(a - b) for b in fake] for a in real])
    inside = distance < np.array(around_real)[:, None]
    return {
        "precision": float(inside.any(0).mean()),
        "recall": float((distance < np.array(around_fake)[None, :]).any(1).mean()),
        "density": float(inside.sum() / k / len(fake)),
        "coverage": float(inside.any(1).mean()),
    }


def curve(reference, judged, angles=1001):
    slopes = np.tan(np.linspace(1e-10, np.pi / 2 - 1e-10, angles))
    precision = np.array([np.minimum(slope * reference, judged).sum() for slope in slopes])
    recall = precision / slopes

    def best(b):
        return float(max((1 + b * b) * p * r / (b * b * p + r) for p, r in zip(precision, recall) if p + r > 0))

    return {"precision": np.clip(precision, 0, 1)[::100].tolist(), "recall": np.clip(recall, 0, 1)[::100].tolist(), "f8": best(8), "f1over8": best(1 / 8)}


def wasserstein2(x, y):
    """The 2-Wasserstein distance on the line by a linear programme over all couplings."""
    from scipy.optimize import linprog

    n, m = len(x), len(y)
    cost = (x[:, None] - y[None, :]) ** 2
    constraints = [np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))]
    found = linprog(cost.ravel(), A_eq=np.vstack(constraints), b_eq=np.concatenate([np.full(n, 1 / n), np.full(m, 1 / m)]), method="highs")
    return float(np.sqrt(found.fun))


def sharpness(picture):
    h, w = picture.shape
    response = [picture[i - 1, j] + picture[i + 1, j] + picture[i, j - 1] + picture[i, j + 1] - 4 * picture[i, j] for i in range(1, h - 1) for j in range(1, w - 1)]
    return float(np.var(response))


x, y = rows(0, 60, 5), rows(1, 50, 5)
p, q = np.array([0.1, 0.2, 0.3, 0.4, 0.0]), np.array([0.3, 0.3, 0.0, 0.2, 0.2])
rho, shrunk = ledoit_wolf(x)
rho_y, shrunk_y = ledoit_wolf(y)
width = np.median([((a - b) ** 2).sum() for i, a in enumerate(np.vstack([x, y])) for b in np.vstack([x, y])[:i]])
pictures = pixels(3, 8, 9)
values = {
    "fid": fid(x, y),
    "fid256": fid(rows(0, 600, 256), rows(1, 520, 256)),
    "shrinkage": [rho, rho_y],
    "fidShrunk": frechet(x.mean(0), shrunk, y.mean(0), shrunk_y),
    "kid": mmd(x, y, lambda a, b: (a @ b / 5 + 1) ** 3),
    "prdc": {str(k): prdc(x, y, k) for k in (1, 3, 5)},
    "curve": {"p": p.tolist(), "q": q.tolist(), **curve(p, q)},
    "wasserstein": {"equal": wasserstein2(x[:20, 0], y[:20, 0]), "unequal": wasserstein2(x[:21, 0], y[:14, 0])},
    "medianSquare": float(width),
    "mmd": mmd(x, y, lambda a, b: np.exp(-((a - b) ** 2).sum() / width)),
    "sharpness": [sharpness(picture) for picture in pictures],
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "values.json"), "w") as file:
    json.dump(values, file, indent=2)
    file.write("\n")
