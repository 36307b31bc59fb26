"""The table and a figure of a study in pandas: python docs/analysis/study.py TABLES [FIGURE.png]"""
import sys
from pathlib import Path

import matplotlib
import pandas as pd

matplotlib.use("Agg")
import matplotlib.pyplot as plt

tables = Path(sys.argv[1])
figure = sys.argv[2] if len(sys.argv) > 2 else "study.png"

cells = pd.read_csv(tables / "cells.csv", dtype={"position": "string"})
# A study that added seeds until it was decided has verdicts, and intervals, that hold although one looked again and again.
verdicts = pd.read_csv(tables / "sequential.csv", dtype={"position": "string"})
if verdicts.empty:
    verdicts = pd.read_csv(tables / "verdicts.csv", dtype={"position": "string"})
is_unchanged = cells.position.isna()  # 'teacher' at a run of positions is a swap like any other
teacher = cells[is_unchanged]
swaps = cells[~is_unchanged].merge(
    verdicts[["position", "operation", "epochs", "verdict", "lower_corrected", "upper_corrected"]],
    how="left", on=["position", "operation", "epochs"])

# Mean accuracy in %, positions by operations.
longest = swaps[swaps.epochs == swaps.epochs.max()].sort_values(["position", "operation"])
print((100 * longest.pivot_table(index="position", columns="operation", values="accuracy_mean")).round(2).to_string())
for row in teacher.itertuples():
    print(f"teacher {100 * row.accuracy_mean:.2f} % (trained on, epochs: {row.epochs})")

# Difference to the unchanged network, with the interval that agrees with the verdict.
points = 100 * longest.difference_to_teacher
fig, axes = plt.subplots(figsize=(8, 1.5 + 0.25 * len(longest)))
labels = [f"{p} {o}" for p, o in zip(longest.position, longest.operation)]
axes.hlines(labels, 100 * longest.lower_corrected, 100 * longest.upper_corrected)
axes.plot(points, labels, "o")
axes.axvline(0, linestyle="--", color="grey")
axes.set_xlabel("difference of test accuracy, points")
fig.tight_layout()
fig.savefig(figure)
print("figure:", figure)
