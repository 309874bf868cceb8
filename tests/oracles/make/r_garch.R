# Makes tests/oracles/r_garch.json: GARCH(1,1) by fGarch and tseries, returns in percent and as fractions.
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_garch.R (then garch_units.py, which reads it)
# R 4.2.2, fGarch 4022.89, tseries 0.10.53; what to install is in r_common.R.

source("tests/oracles/make/r_common.R")
suppressPackageStartupMessages({library(fGarch); library(tseries)})

# GARCH(1,1) with Student-t(6) shocks, standard deviation about 0.5 %; shocks from the quantile function of the
# uniform numbers of Park and Miller's x' = 16807 x mod (2^31 - 1), which doubles hold exactly
student <- local({
  state <- 19860401
  variance <- 0.25
  out <- numeric(1500)
  for (t in seq_along(out)) {
    state <- (16807 * state) %% 2147483647
    shock <- sqrt(variance) * qt(state / 2147483647, 6) * sqrt(4 / 6)
    out[t] <- round(0.02 + shock, 6)
    variance <- 0.0125 + 0.08 * shock^2 + 0.87 * variance
  }
  out
})
normal <- at("garch.json#/returns")
series <- list(normal = normal, student = student)
# the smaller unit has a standard deviation of about 0.005
scales <- list(normal = c(percent = 1, fraction = 0.006), student = c(percent = 1, fraction = 0.01))

estimates <- function(fit) {
  out <- function(values) setNames(as.list(values), c("mean", "omega", "alpha", "beta", "degrees")[seq_along(values)])
  list(parameters = out(unname(coef(fit))), std_errors = out(unname(fit@fit$se.coef)),
       log_likelihood = -unname(fit@fit$llh))
}

for (name in names(series)) for (unit in names(scales[[name]])) {
  scale <- scales[[name]][[unit]]
  x <- scale * series[[name]]
  # QMLE is the normal likelihood with Bollerslev and Wooldridge's covariance. fGarch keeps the degrees of freedom
  # at or below 10, which the normal series would hit.
  for (law in c("norm", "QMLE", if (name == "student") "std")) for (hessian in c("ropt", "rcd")) {
    case(paste(name, unit, tolower(law), hessian, sep = "_"), "fGarch", list(returns = name, scale = scale),
         bquote(garchFit(~garch(1, 1), x, cond.dist = .(law), hessian = .(hessian), trace = FALSE)), estimates)
  }
}

# tseries has no mean: it is taken out beforehand
tight <- garch.control(trace = FALSE, maxiter = 1000, reltol = 1e-14, xtol = 1e-12)
for (name in names(series)) {
  x <- series[[name]]
  case(paste(name, "percent_tseries", sep = "_"), "tseries", list(returns = name, scale = 1),
       quote(garch(x - mean(x), control = tight)), function(fit) {
         out <- function(values) setNames(as.list(unname(values)), c("omega", "alpha", "beta"))
         list(parameters = out(fit$coef), std_errors = out(sqrt(diag(fit$vcov))),
              negative_log_likelihood = fit$n.likeli)
       })
}

finish("r_garch", series = list(normal = "garch.json#/returns", student = student))
