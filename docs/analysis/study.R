# The table and a figure of a study in base R: Rscript docs/analysis/study.R TABLES [FIGURE.pdf]
arguments <- commandArgs(trailingOnly = TRUE)
tables <- arguments[1]
figure <- if (length(arguments) > 1) arguments[2] else "study.pdf"

cells <- read.csv(file.path(tables, "cells.csv"))
verdicts <- read.csv(file.path(tables, "verdicts.csv"))
teacher <- cells[cells$operation == "teacher", c("epochs", "accuracy_mean")]
swaps <- merge(cells[cells$operation != "teacher", ], verdicts[, c("position", "operation", "epochs", "verdict", "lower", "upper")], all.x = TRUE)

# Mean accuracy in %, positions by operations.
longest <- swaps[swaps$epochs == max(swaps$epochs), ]
print(round(100 * with(longest, tapply(accuracy_mean, list(position, operation), mean)), 2))
cat(sprintf("teacher %.2f %% (trained on, epochs: %d)\n", 100 * teacher$accuracy_mean, teacher$epochs), sep = "")

# Difference to the unchanged network, with the interval of each comparison alone.
longest <- longest[order(longest$position, longest$operation), ]
y <- seq_len(nrow(longest))
pdf(figure, width = 8, height = 1.5 + 0.25 * nrow(longest))
par(mar = c(4, 16, 1, 1))
plot(100 * longest$difference_to_teacher, y, xlim = 100 * range(longest$lower, longest$upper, longest$difference_to_teacher, 0, na.rm = TRUE),
     yaxt = "n", ylab = "", xlab = "difference of test accuracy, points", pch = 19)
segments(100 * longest$lower, y, 100 * longest$upper, y)
abline(v = 0, lty = 2)
axis(2, y, paste(longest$position, longest$operation), las = 1, cex.axis = 0.7)
invisible(dev.off())
cat("figure:", figure, "\n")
