# The table and a figure of a study in base R: Rscript docs/analysis/study.R TABLES [FIGURE.pdf]
arguments <- commandArgs(trailingOnly = TRUE)
tables <- arguments[1]
figure <- if (length(arguments) > 1) arguments[2] else "study.pdf"

read <- function(name) read.csv(file.path(tables, name), colClasses = c(position = "character"), na.strings = c("", "NA"))
cells <- read("cells.csv")
# A study that added seeds until it was decided has verdicts, and intervals, that hold although one looked again and again.
verdicts <- read("sequential.csv")
if (nrow(verdicts) == 0) verdicts <- read("verdicts.csv")
is_unchanged <- is.na(cells$position) # 'teacher' at a run of positions is a swap like any other
teacher <- cells[is_unchanged, c("epochs", "accuracy_mean")]
swaps <- merge(cells[!is_unchanged, ], verdicts[, c("position", "operation", "epochs", "verdict", "lower_corrected", "upper_corrected")], all.x = TRUE)

# Mean accuracy in %, positions by operations.
longest <- swaps[swaps$epochs == max(swaps$epochs), ]
print(round(100 * with(longest, tapply(accuracy_mean, list(position, operation), mean)), 2))
cat(sprintf("teacher %.2f %% (trained on, epochs: %d)\n", 100 * teacher$accuracy_mean, teacher$epochs), sep = "")

# Difference to the unchanged network, with the interval that agrees with the verdict.
longest <- longest[order(longest$position, longest$operation), ]
y <- seq_len(nrow(longest))
pdf(figure, width = 8, height = 1.5 + 0.25 * nrow(longest))
par(mar = c(4, 16, 1, 1))
plot(100 * longest$difference_to_teacher, y, xlim = 100 * range(longest$lower_corrected, longest$upper_corrected, longest$difference_to_teacher, 0, na.rm = TRUE),
     yaxt = "n", ylab = "", xlab = "difference of test accuracy, points", pch = 19)
segments(100 * longest$lower_corrected, y, 100 * longest$upper_corrected, y)
abline(v = 0, lty = 2)
axis(2, y, paste(longest$position, longest$operation), las = 1, cex.axis = 0.7)
invisible(dev.off())
cat("figure:", figure, "\n")
