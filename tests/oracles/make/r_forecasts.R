# Makes tests/oracles/r_forecasts.json: Diebold-Mariano tests and MASE (forecast).
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_forecasts.R
# R 4.2.2, forecast 8.20; what to install is in r_common.R.

source("tests/oracles/make/r_common.R")
suppressPackageStartupMessages(library(forecast))

pointer <- function(name) paste0("comparison.json#/cases/diebold_mariano/inputs/", name)
actual <- at(pointer("actual"))
inputs <- list(actual = pointer("actual"), first = pointer("small"), second = pointer("large"))
e1 <- actual - at(inputs$first)
e2 <- actual - at(inputs$second)

# d = |e1|^power - |e2|^power: a positive statistic speaks for the second
for (h in c(1, 4, 24)) for (estimator in c("acf", "bartlett")) for (power in 1:2) {
  case(paste("dm", h, estimator, power, sep = "_"), "forecast", list(e1 = "actual - first", e2 = "actual - second"),
       bquote(dm.test(e1, e2, h = .(h), power = .(power), varestimator = .(estimator))), htest)
}
for (side in c("less", "greater")) {
  case(paste0("dm_6_", side), "forecast", list(e1 = "actual - first", e2 = "actual - second"),
       bquote(dm.test(e1, e2, alternative = .(side), h = 6)), htest)
}

# a differential that alternates: the rectangular variance with 1 lag is negative, R goes on as if h were 1
u <- round(sqrt(2 + (-1)^(1:60) + ((1:60) %% 7) / 10), 6)
v <- rep(1.4, 60)
inputs <- c(inputs, list(alternating = u, steady = v))
for (h in 1:2) case(paste0("dm_negative_variance_", h), "forecast", list(e1 = "alternating", e2 = "steady"),
                    bquote(dm.test(u, v, h = .(h), varestimator = "acf")), htest)
case("dm_negative_variance_2_bartlett", "forecast", list(e1 = "alternating", e2 = "steady"),
     quote(dm.test(u, v, h = 2, varestimator = "bartlett")), htest)

# Hyndman and Koehler (2006): the absolute error over the mean absolute change inside the training rows, from one
# row to the next (m = 1) or from one season to the next (m = 24)
train <- 180
for (model in c("first", "second")) for (m in c(1, 24)) {
  predicted <- at(inputs[[model]])
  known <- ts(actual[1:train], frequency = m)
  future <- ts(actual[-(1:train)], frequency = m, start = tsp(known)[2] + 1 / m)
  answer <- structure(list(mean = ts(predicted[-(1:train)], frequency = m, start = tsp(future)[1]), x = known,
                           fitted = ts(predicted[1:train], frequency = m)), class = "forecast")
  case(paste("accuracy", model, m, sep = "_"), "forecast",
       list(actual = "actual", predicted = model, training_rows = train, season = m), quote(accuracy(answer, future)),
       function(table) {
         row <- function(name) as.list(table[name, c("ME", "RMSE", "MAE", "MAPE", "MASE")])
         list(training = row("Training set"), test = row("Test set"))
       })
}

finish("r_forecasts", inputs = inputs)
