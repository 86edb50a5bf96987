"""Writes values.json: measures of disentanglement written out from their definitions, in plain Python (run: python3 make.py)."""
import json
import math
import os
import random

random.seed(5)
N, SIZES, BINS = 240, (3, 4, 2), 6
factors = [[random.randrange(size) for size in SIZES] for _ in range(N)]
codes = [[f[0] + 0.3 * random.gauss(0, 1), -f[1] + 0.5 * f[2] + 0.4 * random.gauss(0, 1), f[2] - 0.2 * f[1] + 0.5 * random.gauss(0, 1), random.gauss(0, 1)] for f in factors]
L, M = len(codes[0]), len(SIZES)


def column(rows, j):
    return [row[j] for row in rows]


def binned(values):
    low, high = min(values), max(values)
    return [min(BINS - 1, int((v - low) / ((high - low) / BINS))) for v in values]


def counts(values):
    found = {}
    for v in values:
        found[v] = found.get(v, 0) + 1
    return found


def information(a, b):
    """The sum over cells, plug-in, and less its bias of first order."""
    ab, pa, pb = counts(zip(a, b)), counts(a), counts(b)
    plug_in = sum(n / N * math.log(n * N / (pa[x] * pb[y])) for (x, y), n in ab.items())
    return plug_in, plug_in - (len(ab) - len(pa) - len(pb) + 1) / (2 * N)


def entropy(a):
    return -sum(n / N * math.log(n / N) for n in counts(a).values()), len(counts(a))


table = [[information(binned(column(codes, j)), column(factors, k)) for k in range(M)] for j in range(L)]


def gap(which):
    total = 0
    for k in range(M):
        best = sorted((table[j][k][which] for j in range(L)), reverse=True)
        h, cells = entropy(column(factors, k))
        total += (max(0, best[0]) - max(0, best[1])) / (h + (which * (cells - 1) / (2 * N))) / M
    return total


def modularity_of(j, which):
    values = [max(0, table[j][k][which]) ** 2 for k in range(M)]
    return 1 - (sum(values) - max(values)) / (max(values) * (M - 1))


def deviation(values):
    mean = sum(values) / len(values)
    away = sorted(abs(v - mean) for v in values)
    at = 0.99 * (len(away) - 1)
    low = int(at)
    return away[low] if low + 1 == len(away) else away[low] + (at - low) * (away[low + 1] - away[low])


def irs():
    top = bottom = 0
    for j in range(L):
        z = column(codes, j)
        weight = deviation(z)
        best = 0
        for k in range(M):
            levels = sorted(set(column(factors, k)))
            within = sum(deviation([z[n] for n in range(N) if factors[n][k] == level]) for level in levels) / len(levels)
            best = max(best, 1 - within / weight)
        top, bottom = top + weight * best, bottom + weight
    return top / bottom


def standardised(values):
    mean = sum(values) / len(values)
    scale = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    return [(v - mean) / scale for v in values]


def ranks(values):
    return [sum(w < v for w in values) + (sum(w == v for w in values) - 1) / 2 for v in values]


def correlation(a, b):
    a, b = standardised(a), standardised(b)
    return sum(x * y for x, y in zip(a, b)) / len(a)


def lasso(xs, y, penalty):
    """Coordinate descent on columns xs, everything standardised."""
    xs, y = [standardised(x) for x in xs], standardised(y)
    w = [0.0] * len(xs)
    for _ in range(300):
        for j, x in enumerate(xs):
            rest = sum(x[n] * (y[n] - sum(w[i] * xs[i][n] for i in range(len(xs)) if i != j)) for n in range(N)) / N
            w[j] = math.copysign(max(0, abs(rest) - penalty), rest)
    return w


def udr(r):
    rows, columns = len(r), len(r[0])
    sides = [[r[a][b] for a in range(rows)] for b in range(columns)] + r
    return sum(max(side) ** 2 / sum(side) for side in sides if sum(side) > 0) / (rows + columns)


others = [[-c[1] + 0.2 * random.gauss(0, 1), c[0] ** 3, random.gauss(0, 1)] for c in codes]
one, two = [column(codes, j) for j in range(L)], [column(others, j) for j in range(3)]
rank = [[abs(correlation(ranks(a), ranks(b))) for b in two] for a in one]
forth = [lasso(one, b, 0.1) for b in two]
back = [lasso(two, a, 0.1) for a in one]
weights = [[min(1, (abs(forth[b][a]) + abs(back[a][b])) / 2) for b in range(3)] for a in range(L)]

importance = [[random.random() ** 3 for _ in range(M)] for _ in range(L)]
importance = [[row[k] / sum(r[k] for r in importance) for k in range(M)] for row in importance]


def concentration(rows):
    total = sum(map(sum, rows))
    return sum(sum(row) / total * (1 + sum(v / sum(row) * math.log(v / sum(row)) for v in row) / math.log(len(row))) for row in rows)


values = {
    "bins": BINS,
    "codes": codes,
    "factors": factors,
    "others": others,
    "mig": gap(0),
    "migCorrected": gap(1),
    "information": [[table[j][k][0] for k in range(M)] for j in range(L)],
    "informationCorrected": [[table[j][k][1] for k in range(M)] for j in range(L)],
    "modularity": [modularity_of(j, 0) for j in range(L)],
    "irs": irs(),
    "squaredCorrelation": correlation(one[1], [float(f[1]) for f in factors]) ** 2,
    "lasso": forth[0],
    "udrRank": udr(rank),
    "udrLasso": udr(weights),
    "importance": importance,
    "disentanglement": concentration(importance),
    "completeness": concentration([[importance[j][k] for j in range(L)] for k in range(M)]),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "values.json"), "w") as file:
    json.dump(values, file)
    file.write("\n")
