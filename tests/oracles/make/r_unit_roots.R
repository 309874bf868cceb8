# Makes tests/oracles/r_unit_roots.json: unit roots, stationarity and normality (urca, tseries).
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_unit_roots.R
# R 4.2.2, urca 1.3.3, tseries 0.10.53; what to install is in r_common.R.

source("tests/oracles/make/r_common.R")
suppressPackageStartupMessages({library(urca); library(tseries)})

inputs <- sapply(c("infl", "walk", "ar", "rgnp"), function(name) paste0("validation.json#/series/", name))
# stationary about a trend that breaks after 90 of 150 observations; (17 t^2 mod 101) is noise enough
t <- 1:150
broken <- round(0.05 * t + ifelse(t > 90, 4 - 0.08 * (t - 90), 0) + ((17 * t^2) %% 101) / 50, 6)
series <- c(lapply(inputs, at), list(broken = broken))

for (name in c("infl", "walk", "ar")) {
  x <- series[[name]]
  add <- function(package, label, call, value) {
    case(paste(name, label, sep = "_"), package, list(x = name), call, value)
  }

  df <- function(test) list(
    statistics = setNames(as.list(test@teststat[1, ]), colnames(test@teststat)),
    lags = sum(grepl("z.diff.lag", rownames(coef(test@testreg)))),
    n = length(test@res), critical = lapply(apply(test@cval, 1, as.list), identity))
  for (type in c("none", "drift", "trend")) {
    for (lags in c(0, 1, 4)) add("urca", paste("df", type, lags, sep = "_"), bquote(ur.df(x, .(type), .(lags))), df)
    for (rule in c("AIC", "BIC")) {
      add("urca", paste("df", type, tolower(rule), sep = "_"), bquote(ur.df(x, .(type), 8, .(rule))), df)
    }
  }
  add("tseries", "adf_default", quote(adf.test(x)), htest)
  add("tseries", "adf_4", quote(adf.test(x, k = 4)), htest)

  bare <- function(test) list(statistic = as.numeric(test@teststat), lags = test@lag)
  urca <- function(test) c(bare(test), list(critical = as.list(test@cval[1, ])))
  for (type in c("mu", "tau")) {
    for (lags in c("short", "long", "nil")) {
      add("urca", paste("kpss", type, lags, sep = "_"), bquote(ur.kpss(x, .(type), .(lags))), urca)
    }
    add("urca", paste("kpss", type, "3", sep = "_"), bquote(ur.kpss(x, .(type), use.lag = 3)), urca)
  }
  for (null in c("Level", "Trend")) for (short in c(TRUE, FALSE)) {
    add("tseries", paste("kpss", tolower(null), if (short) "short" else "long", sep = "_"),
        bquote(kpss.test(x, .(null), .(short))), htest)
  }
  for (model in c("constant", "trend")) for (lags in c("short", "long")) {
    add("urca", paste("pp_tau", model, lags, sep = "_"), bquote(ur.pp(x, "Z-tau", .(model), .(lags))), urca)
    add("urca", paste("pp_alpha", model, lags, sep = "_"), bquote(ur.pp(x, "Z-alpha", .(model), .(lags))), bare)
  }
  for (type in c("Z(alpha)", "Z(t_alpha)")) for (short in c(TRUE, FALSE)) {
    add("tseries", paste("pp", if (type == "Z(alpha)") "alpha" else "tau", if (short) "short" else "long", sep = "_"),
        bquote(pp.test(x, type = .(type), lshort = .(short))), htest)
  }
}

# ur.za searches every date, here the least over the dates that leave 15 % at either end is given as well
for (name in c("rgnp", "walk", "broken")) for (model in c("intercept", "trend", "both")) for (lag in c(0, 2)) {
  x <- series[[name]]
  inner <- (floor(0.15 * length(x)) + 1):(length(x) - floor(0.15 * length(x)))
  case(paste(name, "za", model, lag, sep = "_"), "urca", list(x = name), bquote(ur.za(x, .(model), .(lag))),
    function(test) list(
      statistic = test@teststat, break_after = test@bpoint,
      statistic_trimmed = min(test@tstats[inner]), break_after_trimmed = inner[which.min(test@tstats[inner])],
      critical = setNames(as.list(test@cval), c("1pct", "5pct", "10pct"))))
}

for (sample in c("normal", "heavy", "skewed")) {
  pointer <- paste0("validation.json#/samples/", sample, "/values")
  x <- at(pointer)
  case(paste0(sample, "_jarque_bera"), "tseries", list(x = pointer), quote(jarque.bera.test(x)), htest)
}

finish("r_unit_roots", inputs = c(as.list(inputs), list(broken = broken)))
