"""Reference values of the statistics by scipy: python3 statistics.py > statistics.json (scipy 1.10, numpy 1.24)."""
import itertools
import json

import numpy as np
from scipy import integrate, optimize, stats

rng = np.random.default_rng(20)
MARGIN = 0.02


def differences(seeds, images):
    """Differences of two classifiers: an effect of each seed, images that all seeds win or lose, and noise."""
    shared = rng.choice([-1, 0, 1], size=images, p=[0.05, 0.85, 0.10])
    own = [rng.choice([-1, 0, 1], size=images, p=[0.06, 0.88 - s, 0.06 + s]) for s in rng.uniform(0, 0.05, seeds)]
    return np.array([np.where(rng.random(images) < 0.4, shared, o) for o in own], dtype=float)


def crossed(d):
    """Mean squares of the crossed design by definition; the variance of the mean in its two parts: of seeds and of images."""
    s, n = d.shape
    grand, by_seed, by_image = d.mean(), d.mean(1), d.mean(0)
    rest = ((d - by_seed[:, None] - by_image[None, :] + grand) ** 2).sum() / ((s - 1) * (n - 1))
    seed = n * ((by_seed - grand) ** 2).sum() / (s - 1)
    image = s * ((by_image - grand) ** 2).sum() / (n - 1)
    return seed / (s * n), s - 1, max(image - rest, 0) / (s * n)


def reach(p, seeds, df, images):
    """Half of the width of Banerjee's interval whose one-sided level is p."""
    return np.sqrt(stats.t.isf(p, df) ** 2 * seeds + stats.norm.isf(p) ** 2 * images)


def half(level, *error):
    return reach((1 - level) / 2, *error)


def tail(distance, *error):
    """The one-sided level whose interval just reaches a distance."""
    if distance <= 0:
        return 1 - tail(-distance, *error) if distance < 0 else 0.5
    return optimize.brentq(lambda p: reach(p, *error) - distance, 1e-250, 0.5, xtol=1e-300, rtol=1e-14)


def comparison(d):
    mean, error = d.mean(), crossed(d) if len(d) > 1 else (stats.sem(d[0]) ** 2, d.shape[1] - 1, 0.0)
    pooled = d.sum(0)
    result = {
        "differences": d.astype(int).tolist(), "margin": MARGIN, "difference": mean, "standardError": np.sqrt(error[0] + error[2]), "degreesOfFreedom": error[1],
        "pValue": 2 * tail(abs(mean), *error), "lower": mean - half(0.95, *error), "upper": mean + half(0.95, *error),
        "tost": tail(MARGIN - abs(mean), *error), "lower90": mean - half(0.9, *error), "upper90": mean + half(0.9, *error),
        "mcnemar": [stats.binomtest(int((x > 0).sum()), int((x != 0).sum()), 0.5).pvalue for x in d],
        "pooled": stats.binomtest(int((pooled > 0).sum()), int((pooled != 0).sum()), 0.5).pvalue,
    }
    if len(d) > 1:
        t = stats.ttest_1samp(d.mean(1), 0)
        result |= {"pairedT": t.statistic, "pairedPValue": t.pvalue}
        draws = rng.integers(len(d), size=(20000, len(d))), rng.integers(d.shape[1], size=(20000, d.shape[1]))
        means = [d[np.ix_(s, i)].mean() for s, i in zip(*draws)]
        result["bootstrap"] = np.quantile(means, [0.025, 0.975]).tolist()
    return result


def bounds(shares, alpha):
    """Two-sided levels of the power family alpha t^2: each look's bound by the multivariate normal distribution of all statistics so far."""
    found = []
    for k in range(1, len(shares) + 1):
        t = np.array(shares[:k])
        covariance = np.minimum.outer(t, t) / np.sqrt(np.outer(t, t))
        inside = lambda z: stats.multivariate_normal.cdf(np.array(found + [z]), cov=covariance, lower_limit=-np.array(found + [z]), maxpts=400000, abseps=1e-9)
        found.append(optimize.brentq(lambda z: 1 - inside(z) - alpha * shares[k - 1] ** 2, 1, 6, xtol=1e-7))
    return {"shares": shares, "alpha": alpha, "levels": (2 * stats.norm.sf(found)).tolist()}


def power(shift, df, level):
    critical = stats.t.ppf(1 - level / 2, df)
    return {"shift": shift, "df": df, "level": level, "power": stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift)}


def tost_power(difference, error, df, margin, level):
    """P(both one-sided tests reject), by integrating over the estimated variance."""
    critical = stats.t.ppf(1 - level, df)

    def given(v):
        half = critical * error * np.sqrt(v / df)
        return max(0.0, stats.norm.cdf((margin - half - difference) / error) - stats.norm.cdf((half - margin - difference) / error)) * stats.chi2.pdf(v, df)

    value = integrate.quad(given, 0, df, limit=400)[0] + integrate.quad(given, df, df + 60 * np.sqrt(2 * df), limit=400)[0]
    return {"difference": difference, "error": error, "df": df, "margin": margin, "level": level, "power": value}


def by_orders(x, y, statistic):
    """The part of all orders of y in which the statistic is as far from 0 as it is, or farther."""
    return np.mean([abs(statistic(x, order)) >= abs(statistic(x, y)) - 1e-9 for order in itertools.permutations(y)])


def correlation(x, y):
    r, rho, tau = stats.pearsonr(x, y), stats.spearmanr(x, y), stats.kendalltau(x, y, method="asymptotic")
    if len(x) <= 8:  # few enough for all orders
        rho, tau = (rho[0], by_orders(x, y, lambda *a: stats.spearmanr(*a)[0])), (tau[0], by_orders(x, y, lambda *a: stats.kendalltau(*a)[0]))
    return {"x": list(map(float, x)), "y": list(map(float, y)), "pearson": list(map(float, r[:2])), "spearman": list(map(float, rho)), "kendall": list(map(float, tau))}


x = rng.normal(size=15)
print(json.dumps({
    "comparisons": [comparison(differences(s, n)) for s, n in ((2, 80), (3, 120), (5, 60), (1, 90))],
    "power": [power(*a) for a in ((1.0, 2.0, 0.05), (2.5, 4.3, 0.05), (4.0, 1.4, 0.01), (3.3, 250.0, 0.002), (0.5, 7.0, 0.05))],
    "tostPower": [tost_power(*a) for a in ((0.0, 0.2, 6.0, 1.0, 0.05), (0.4, 0.2, 3.2, 1.0, 0.01), (0.1, 0.1, 80.0, 0.5, 0.005), (1.2, 0.3, 9.0, 1.0, 0.05))],
    "bounds": [bounds([0.25, 0.5, 0.75, 1.0], 0.05), bounds([0.3, 0.4, 0.6, 1.0], 0.05)],
    "correlations": [correlation(x, x + rng.normal(size=15)), correlation(rng.integers(0, 5, 20), rng.integers(0, 4, 20)), correlation([1, 2, 3, 4], [1, 3, 2, 9]), correlation([1, 2, 2, 3, 5, 6], [2, 1, 3, 3, 4, 6])],
}, default=float))
