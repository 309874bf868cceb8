# Makes tests/oracles/r_normality.json: normality and autocorrelation of a sample (nortest, R's own stats).
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_normality.R
# R 4.2.2, nortest 1.0.4; what to install is in r_common.R.

source("tests/oracles/make/r_common.R")
suppressPackageStartupMessages(library(nortest))

for (sample in c("normal", "heavy", "skewed")) {
  pointer <- paste0("validation.json#/samples/", sample, "/values")
  x <- at(pointer)
  add <- function(label, package, call) case(paste(sample, label, sep = "_"), package, list(x = pointer), call, htest)
  add("lilliefors", "nortest", quote(lillie.test(x)))
  add("anderson_darling", "nortest", quote(ad.test(x)))
  # of 5,000 values at most
  add("shapiro_wilk", "stats", quote(shapiro.test(x)))
}

for (series in c("infl", "walk", "ar")) {
  pointer <- paste0("validation.json#/series/", series)
  x <- at(pointer)
  for (lags in c(1, 10)) for (fitted in 0:1) if (lags > fitted) {
    case(paste(series, "ljung_box", lags, fitted, sep = "_"), "stats", list(x = pointer),
         bquote(Box.test(x, .(lags), "Ljung-Box", .(fitted))), htest)
  }
}

finish("r_normality")
