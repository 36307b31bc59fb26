"""Reference values of the statistics by scipy: python3 statistics.py > statistics.json (scipy 1.10, numpy 1.24)."""
import json

import numpy as np
from scipy import integrate, stats

rng = np.random.default_rng(20)
MARGIN = 0.02


def differences(seeds, images):
    """Differences of two classifiers: an effect of each seed, images that all seeds win or lose, and noise."""
    shared = rng.choice([-1, 0, 1], size=images, p=[0.05, 0.85, 0.10])
    own = [rng.choice([-1, 0, 1], size=images, p=[0.06, 0.88 - s, 0.06 + s]) for s in rng.uniform(0, 0.05, seeds)]
    return np.array([np.where(rng.random(images) < 0.4, shared, o) for o in own], dtype=float)


def crossed(d):
    """Obuchowski-Rockette-Hillis from the definition of mean squares, the seeds' bounded below by the rest's."""
    s, n = d.shape
    grand, by_seed, by_image = d.mean(), d.mean(1), d.mean(0)
    rest = ((d - by_seed[:, None] - by_image[None, :] + grand) ** 2).sum() / ((s - 1) * (n - 1))
    seed = max(n * ((by_seed - grand) ** 2).sum() / (s - 1), rest)
    image = s * ((by_image - grand) ** 2).sum() / (n - 1)
    sum_of = seed + max(image - rest, 0)
    return grand, np.sqrt(sum_of / (s * n)), sum_of**2 / (seed**2 / (s - 1)), (seed, image, rest)


def comparison(d):
    mean, error, df, squares = crossed(d) if len(d) > 1 else (d.mean(), stats.sem(d[0]), d.shape[1] - 1, None)
    half = lambda level: stats.t.ppf((1 + level) / 2, df) * error
    upper, lower = stats.t.cdf((mean - MARGIN) / error, df), stats.t.sf((mean + MARGIN) / error, df)
    pooled = d.sum(0)
    result = {
        "differences": d.astype(int).tolist(), "margin": MARGIN, "difference": mean, "standardError": error, "degreesOfFreedom": df,
        "pValue": 2 * stats.t.sf(abs(mean / error), df), "lower": mean - half(0.95), "upper": mean + half(0.95),
        "tost": max(upper, lower), "lower90": mean - half(0.9), "upper90": mean + half(0.9),
        "mcnemar": [stats.binomtest(int((x > 0).sum()), int((x != 0).sum()), 0.5).pvalue for x in d],
        "pooled": stats.binomtest(int((pooled > 0).sum()), int((pooled != 0).sum()), 0.5).pvalue,
    }
    if squares is not None:
        t = stats.ttest_1samp(d.mean(1), 0)
        result |= {"pairedT": t.statistic, "pairedPValue": t.pvalue}
        draws = rng.integers(len(d), size=(20000, len(d))), rng.integers(d.shape[1], size=(20000, d.shape[1]))
        means = [d[np.ix_(s, i)].mean() for s, i in zip(*draws)]
        result["bootstrap"] = np.quantile(means, [0.025, 0.975]).tolist()
    return result


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


def correlation(x, y):
    r, rho, tau = stats.pearsonr(x, y), stats.spearmanr(x, y), stats.kendalltau(x, y, method="asymptotic")
    return {"x": list(map(float, x)), "y": list(map(float, y)), "pearson": list(map(float, r[:2])), "spearman": list(map(float, rho)), "kendall": list(map(float, tau))}


x = rng.normal(size=15)
print(json.dumps({
    "comparisons": [comparison(differences(s, n)) for s, n in ((2, 80), (3, 120), (5, 60), (1, 90))],
    "power": [power(*a) for a in ((1.0, 2.0, 0.05), (2.5, 4.3, 0.05), (4.0, 1.4, 0.01), (3.3, 250.0, 0.002), (0.5, 7.0, 0.05))],
    "tostPower": [tost_power(*a) for a in ((0.0, 0.2, 6.0, 1.0, 0.05), (0.4, 0.2, 3.2, 1.0, 0.01), (0.1, 0.1, 80.0, 0.5, 0.005), (1.2, 0.3, 9.0, 1.0, 0.05))],
    "correlations": [correlation(x, x + rng.normal(size=15)), correlation(rng.integers(0, 5, 20), rng.integers(0, 4, 20)), correlation([1, 2, 3, 4], [1, 3, 2, 9])],
}, default=float))
