# Makes tests/oracles/r_regression.json: robust covariances (sandwich) and tests on residuals (lmtest).
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_regression.R
# R 4.2.2, sandwich 3.0.2, lmtest 0.9.40; what to install is in r_common.R.

source("tests/oracles/make/r_common.R")
suppressPackageStartupMessages({library(sandwich); library(lmtest)})

read <- function(pointers) lapply(pointers, at)
macro <- list(realcons = "regression.json#/columns/realcons", realgdp = "regression.json#/columns/realgdp",
              realinv = "regression.json#/columns/realinv", tbilrate = "regression.json#/columns/tbilrate")
investment <- list(realinv = "validation.json#/regression/target", realgdp = "validation.json#/regression/realgdp",
                   lint = "validation.json#/regression/lint")
growth <- list(growth = "regression.json#/long_run/series")
inputs <- list(
  consumption = list(fit = "lm(realcons ~ realgdp + realinv + tbilrate)", columns = macro),
  investment = list(fit = "lm(realinv ~ realgdp + lint)", columns = investment),
  growth = list(fit = "lm(growth ~ 1)", columns = growth))
fits <- list(
  consumption = lm(realcons ~ realgdp + realinv + tbilrate, read(macro)),
  investment = lm(realinv ~ realgdp + lint, read(investment)),
  growth = lm(growth ~ 1, read(growth)))

# Standard errors, the constant's first; `bandwidth` beside them where a rule chose it.
errors <- function(bandwidth = NULL) function(covariance) {
  c(if (!is.null(bandwidth)) list(bandwidth = bandwidth), list(std_errors = I(unname(sqrt(diag(covariance))))))
}

for (name in names(fits)) {
  fit <- fits[[name]]
  input <- list(fit = name)
  add <- function(label, call, value) case(paste(name, label, sep = "_"), "sandwich", input, call, value)
  for (prewhite in 0:1) {
    white <- if (prewhite) "prewhitened" else "plain"
    for (kernel in c("Bartlett", "Parzen", "Quadratic Spectral")) {
      short <- tolower(gsub(" ", "_", kernel))
      label <- function(what) paste(what, short, white, sep = "_")
      add(label("bw_newey_west"), bquote(bwNeweyWest(fit, kernel = .(kernel), prewhite = .(prewhite))), identity)
      add(label("bw_andrews"), bquote(bwAndrews(fit, kernel = .(kernel), prewhite = .(prewhite))), identity)
      bandwidth <- bwAndrews(fit, kernel = kernel, prewhite = prewhite)
      add(label("kern_hac"),
          bquote(kernHAC(fit, kernel = .(kernel), prewhite = .(prewhite), adjust = FALSE)), errors(bandwidth))
    }
    add(paste0("newey_west_automatic_", white), bquote(NeweyWest(fit, prewhite = .(prewhite))),
        errors(floor(bwNeweyWest(fit, prewhite = prewhite))))
    for (lag in c(3, 4)) {
      add(paste("newey_west", lag, white, sep = "_"), bquote(NeweyWest(fit, lag = .(lag), prewhite = .(prewhite))),
          errors())
    }
    add(paste0("kern_hac_default_", white), bquote(kernHAC(fit, prewhite = .(prewhite))),
        errors(bwAndrews(fit, prewhite = prewhite)))
  }
  add("newey_west_default", quote(NeweyWest(fit)), errors(floor(bwNeweyWest(fit))))
  for (type in paste0("HC", 0:3)) add(tolower(type), bquote(vcovHC(fit, type = .(type))), errors())
  # the VAR(1) that prewhitening fits: near 1, and its inverse (I - A)^-1 is what the standard errors consist of
  add("var_modulus", quote(max(Mod(eigen(as.matrix(drop(
    ar(estfun(fit), order.max = 1, aic = FALSE, demean = FALSE, method = "ols")$ar)))$values))), identity)
}

# Andrews and Monahan (1992): the singular values of the VAR's matrix are kept at or below 0.97 before the
# residuals are taken; sandwich has no such cap. `standardised` does so with every score scaled to unit variance,
# which makes the result free of the regressors' units; `eigenvalues` caps moduli instead.
capped <- function(fit, lag, cap) {
  scores <- unname(estfun(fit))
  n <- nrow(scores)
  past <- scores[-n, , drop = FALSE]
  present <- scores[-1, , drop = FALSE]
  a <- t(solve(crossprod(past), crossprod(past, present)))
  shrink <- function(m) { s <- svd(m); s$u %*% diag(pmin(s$d, 0.97), length(s$d)) %*% t(s$v) }
  scale <- sqrt(colMeans(scores^2))
  a <- switch(cap, none = a, singular_values = shrink(a),
    standardised = shrink(a * outer(1 / scale, scale)) * outer(scale, 1 / scale),
    eigenvalues = {
      e <- eigen(a)
      Re(e$vectors %*% diag(e$values * pmin(1, 0.97 / Mod(e$values)), length(e$values)) %*% solve(e$vectors))
    })
  e <- present - past %*% t(a)
  total <- crossprod(e)
  for (j in seq_len(lag)) {
    g <- crossprod(e[(j + 1):(n - 1), , drop = FALSE], e[1:(n - 1 - j), , drop = FALSE])
    total <- total + (1 - j / (lag + 1)) * (g + t(g))
  }
  d <- solve(diag(ncol(scores)) - a)
  bread <- bread(fit) / n
  bread %*% d %*% total %*% t(d) %*% bread
}
for (name in c("consumption", "investment")) {
  fit <- fits[[name]]
  for (cap in c("none", "singular_values", "standardised", "eigenvalues")) {
    case(paste(name, "capped", cap, sep = "_"), "own", list(fit = name),
         bquote(capped(fit, lag = 3, cap = .(cap))), errors())
  }
}

for (name in c("consumption", "investment")) {
  fit <- fits[[name]]
  add <- function(label, call) case(paste(name, label, sep = "_"), "lmtest", list(fit = name), call, htest)
  add("durbin_watson_greater", quote(dwtest(fit)))
  add("durbin_watson_two_sided", quote(dwtest(fit, alternative = "two.sided")))
  for (order in c(1, 4)) {
    add(paste0("breusch_godfrey_", order), bquote(bgtest(fit, order = .(order))))
    add(paste0("breusch_godfrey_f_", order), bquote(bgtest(fit, order = .(order), type = "F")))
  }
  add("breusch_pagan", quote(bptest(fit)))
  add("breusch_pagan_plain", quote(bptest(fit, studentize = FALSE)))
  add("reset_2", quote(resettest(fit, power = 2)))
  add("reset_3", quote(resettest(fit, power = 2:3)))
}
# all slopes zero under a robust covariance: F is chi-squared over the number of slopes
for (name in c("consumption", "investment")) for (test in c("F", "Chisq")) {
  fit <- fits[[name]]
  case(paste(name, "newey_west_4_wald", tolower(test), sep = "_"), "lmtest", list(fit = name),
       bquote(waldtest(fit, vcov = function(x) NeweyWest(x, lag = 4, prewhite = FALSE), test = .(test))),
       function(table) list(statistic = table[[test]][2], p_value = table[[4]][2], degrees = abs(table$Df[2])))
}
# exact by Pan's algorithm: the first 60 rows
few <- lm(realinv ~ realgdp + lint, lapply(read(investment), head, 60))
case("investment_60_rows_durbin_watson", "lmtest", list(fit = "investment", rows = 60),
     quote(dwtest(few, exact = TRUE)), htest)
case("investment_60_rows_durbin_watson_normal", "lmtest", list(fit = "investment", rows = 60),
     quote(dwtest(few, exact = FALSE)), htest)

finish("r_regression", inputs = inputs)
