"""How often tests beside the verdict's own find a difference where there is none: the first table of docs/statistics.md. python3 error-rates.py (numpy, scipy; some minutes)."""
import numpy as np
from scipy import stats

OPERATIONS, IMAGES, TABLES, RESAMPLES = 10, 2000, 150, 400
rng = np.random.default_rng(1)


def draw(seeds, noise, own_images, spread):
    """Correctness of a baseline and operations that are equally good on average: logit = image + image x operation + trial, the trial's noise being uneven over operations by `spread`."""
    image = rng.normal(4, 3, (1, 1, IMAGES))
    image_operation = own_images * rng.normal(size=(1 + OPERATIONS, 1, IMAGES))
    trial = noise * np.exp(spread * rng.normal(size=(1 + OPERATIONS, 1, 1))) * rng.normal(size=(1 + OPERATIONS, seeds, 1))
    return (rng.random((1 + OPERATIONS, seeds, IMAGES)) < 1 / (1 + np.exp(-image - image_operation - trial))).astype(float)


def p_values(d):
    s, n = d.shape
    grand, by_seed, by_image = d.mean(), d.mean(1), d.mean(0)
    seed = n * by_seed.var(ddof=1)
    image = s * by_image.var(ddof=1)
    rest = ((d - by_seed[:, None] - by_image[None, :] + grand) ** 2).sum() / ((s - 1) * (n - 1))
    yield stats.ttest_1samp(by_seed, 0).pvalue
    won, lost = (by_image > 1e-9).sum(), (by_image < -1e-9).sum()
    yield min(1, 2 * stats.binom.cdf(min(won, lost), won + lost, 0.5))
    _, first, counts = np.unique(3 ** np.arange(s) @ d, return_index=True, return_counts=True)  # images with the same answers in all seeds are alike to the bootstrap
    images = rng.multinomial(n, counts / n, size=RESAMPLES)
    weights = rng.multinomial(s, np.full(s, 1 / s), size=RESAMPLES) / s
    low, high = np.quantile(((weights @ d[:, first]) * images).sum(1) / n, [0.025, 0.975])
    yield 0.0 if low > 0 or high < 0 else 1.0
    both = seed + max(image - rest, 0)
    yield 2 * stats.t.sf(abs(grand) / np.sqrt(both / (s * n)), both**2 / (seed**2 / (s - 1))) if seed > 0 else 1.0


print("| seeds | std over seeds, points | images differ by operation | noise uneven | t, seeds | McNemar, images | bootstrap | Hillis |")
print("|---:|---:|---|---|---:|---:|---:|---:|")
for seeds in (2, 3, 5):
    for noise, spread in ((0, 0), (0.2, 0), (0.2, 0.5)):
        for own in (0.3, 1.5):
            rejected, deviations = [], []
            for _ in range(TABLES):
                y = draw(seeds, noise, own, spread)
                variance = y.mean(2).var(axis=1, ddof=1)
                deviations.append(variance.mean())
                rejected += [[p < 0.05 for p in p_values(cell - y[0])] for cell in y[1:]]
            print(f"| {seeds} | {100 * np.sqrt(np.mean(deviations)):.2f} | {'little' if own < 1 else 'much'} | {'yes' if spread else 'no'} | "
                  + " | ".join(f"{100 * r:.1f}" for r in np.mean(rejected, axis=0)) + " |", flush=True)
