# Makes tests/oracles/r_breaks.json: structural breaks (strucchange).
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_breaks.R
# R 4.2.2, strucchange 1.5.3; what to install is in r_common.R.

source("tests/oracles/make/r_common.R")
suppressPackageStartupMessages(library(strucchange))

inputs <- list(
  steps = list(formula = "y ~ 1", columns = list(y = "validation.json#/breaks/series")),
  investment = list(formula = "y ~ realgdp + lint", columns = list(
    y = "validation.json#/regression/target", realgdp = "validation.json#/regression/realgdp",
    lint = "validation.json#/regression/lint")),
  # 203 rows: 15 % of them is no whole number
  inflation = list(formula = "y ~ 1", columns = list(y = "validation.json#/series/infl")))

for (name in names(inputs)) {
  formula <- as.formula(inputs[[name]]$formula)
  data <- as.data.frame(lapply(inputs[[name]]$columns, at))
  add <- function(label, call, value) {
    case(paste(name, label, sep = "_"), "strucchange", list(regression = name), call, value)
  }

  f <- Fstats(formula, from = 0.15, data = data)
  # the F of every date is chi-squared scaled (not divided by the number of coefficients); `breakpoint` is the last
  # row of the first regime, counted from 1
  add("sup_f", quote(Fstats(formula, from = 0.15, data = data)), function(f) {
    test <- sctest(f, type = "supF")
    list(statistic = unname(test$statistic), p_value = unname(test$p.value), breakpoint = f$breakpoint,
         first = unname(attr(f$Fstats, "tsp")[1] * f$nobs), dates = length(f$Fstats), lambda = f$par)
  })
  for (type in c("aveF", "expF")) add(tolower(type), bquote(sctest(f, type = .(type))), htest)
  add("chow_100", quote(sctest(formula, data = data, type = "Chow", point = 100)), htest)

  add("breakpoints", quote(breakpoints(formula, h = 0.15, data = data)), function(found) {
    table <- summary(found)
    partitions <- lapply(0:(ncol(table$RSS) - 1), function(m) list(
      breaks = if (m == 0) list() else I(breakpoints(found, breaks = m)$breakpoints),
      sum_of_squares = unname(table$RSS["RSS", m + 1]), bic = unname(table$RSS["BIC", m + 1])))
    chosen <- breakpoints(found)$breakpoints
    list(by_bic = if (anyNA(chosen)) list() else I(chosen), partitions = partitions)
  })

  add("ols_cusum", quote(efp(formula, data = data, type = "OLS-CUSUM")), function(process) {
    test <- sctest(process)
    list(statistic = unname(test$statistic), p_value = unname(test$p.value))
  })
  add("ols_cusum_newey_west", quote(efp(formula, data = data, type = "OLS-CUSUM", lrvar = "Newey-West")),
      function(process) {
    test <- sctest(process)
    list(statistic = unname(test$statistic), p_value = unname(test$p.value))
  })
}

# Hansen's (1997) p-values of sup F by coefficients, 15 % trimming
for (k in 1:4) {
  x <- c(6, 8, 10, 12, 15, 20, 25, 30)
  case(paste0("sup_f_tail_", k), "strucchange", list(x = x, coefficients = k, trimming = 0.15),
       bquote(sapply(x, strucchange:::pvalue.Fstats, type = "supF", k = .(k), lambda = (0.85 / 0.15)^2)), I)
}

finish("r_breaks", inputs = inputs)
