# The work of benches/validation.rs in R's packages, on the numbers that validation.py leaves:
#
#     Rscript benches/peers/validation.R FOLDER
#
# needs urca, sandwich, lmtest and jsonlite (Debian: r-cran-urca, r-cran-sandwich, r-cran-lmtest, r-cran-jsonlite);
# FOLDER holds level.f64 and residuals.f64. Prints one JSON document.

suppressPackageStartupMessages({library(jsonlite); library(urca); library(sandwich); library(lmtest)})
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) {
  path <- file.path(folder, paste0(name, ".f64"))
  readBin(path, "double", file.size(path) / 8, endian = "little")
}
level <- read("level")
residuals <- read("residuals")

work <- list(
  adf_aic = function() {
    lags <- ceiling(12 * (length(level) / 100)^0.25)
    unname(ur.df(level, "drift", lags, "AIC")@teststat[1, "tau2"])
  },
  ljung_box_50 = function() unname(Box.test(residuals, 50, "Ljung-Box")$statistic),
  bias_hac_48 = function() {
    fit <- lm(residuals ~ 1)
    unname(coeftest(fit, NeweyWest(fit, lag = 48, prewhite = FALSE))[1, "t value"])
  })

seconds <- function(run) {
  started <- proc.time()[["elapsed"]]
  # what is quick is repeated until the clock can tell
  times <- 0
  while (times == 0 || proc.time()[["elapsed"]] - started < 0.5) {
    value <- run()
    times <- times + 1
  }
  list(peer_seconds = (proc.time()[["elapsed"]] - started) / times, peer_value = value)
}
versions <- lapply(c(urca = "urca", sandwich = "sandwich", lmtest = "lmtest"), function(name) as.character(packageVersion(name)))
rows <- lapply(names(work), function(name) c(list(work = name), seconds(work[[name]])))
cat(toJSON(list(group = "validation in R", packages = c(list(R = as.character(getRversion())), versions), work = rows),
           auto_unbox = TRUE, digits = NA), "\n")
