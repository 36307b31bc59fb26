# Reference values by R's own models: Rscript anova.R > anova.json (R 4.2)
set.seed(5)

# Two factors, some cells blank and of unequal size: type II sums of squares by comparing models.
table <- subset(expand.grid(row = 1:4, column = 1:5, seed = 1:3), !(row == 2 & column == 1) & !(row == 4 & column %in% c(1, 3)) & !(row == 1 & column == 2 & seed > 1))
table$value <- 0.9 + 0.01 * table$row - 0.004 * table$column * (table$row == 3) + rnorm(nrow(table), sd = 0.006)
table$row <- factor(table$row); table$column <- factor(table$column)
additive <- lm(value ~ row + column, table)
full <- lm(value ~ row * column, table)
effect <- function(smaller, larger) {
  compared <- anova(smaller, larger, full)
  c(compared[2, "Sum of Sq"], compared[2, "Df"], compared[2, "F"], compared[2, "Pr(>F)"])
}
rows <- effect(lm(value ~ column, table), additive)
columns <- effect(lm(value ~ row, table), additive)
last <- anova(additive, full)
interaction <- c(last[2, "Sum of Sq"], last[2, "Df"], last[2, "F"], last[2, "Pr(>F)"])

# Mean squares of a crossed design of seeds and images.
crossed <- expand.grid(seed = 1:4, image = 1:25)
crossed$value <- sample(c(-1, 0, 1), 100, replace = TRUE, prob = c(0.1, 0.7, 0.2))
squares <- summary(aov(value ~ factor(seed) + factor(image), crossed))[[1]][, "Mean Sq"]

p <- c(0.04, 0.001, 0.03, 0.2, 0.0009, 0.03)

numbers <- function(x) paste0("[", paste(format(as.numeric(x), digits = 17, trim = TRUE), collapse = ", "), "]")
cat("{\n",
  '"row": ', numbers(table$row), ',\n"column": ', numbers(table$column), ',\n"value": ', numbers(table$value), ",\n",
  '"rows": ', numbers(rows), ',\n"columns": ', numbers(columns), ',\n"interaction": ', numbers(interaction), ",\n",
  '"residual": ', numbers(c(deviance(full), df.residual(full))), ",\n",
  '"seed": ', numbers(crossed$seed), ',\n"image": ', numbers(crossed$image), ',\n"difference": ', numbers(crossed$value), ',\n"meanSquares": ', numbers(squares), ",\n",
  '"p": ', numbers(p), ',\n"holm": ', numbers(p.adjust(p, "holm")), "\n}\n", sep = "")
