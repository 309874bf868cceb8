# What the R scripts of this folder share.
#
# README: they are run from the root of the checkout, Rscript tests/oracles/make/NAME.R.
# R 4.2.2 and its packages as Debian 12 has them:
#   apt-get install --no-install-recommends r-base-core r-cran-jsonlite r-cran-sandwich r-cran-lmtest \
#     r-cran-strucchange r-cran-tseries r-cran-urca r-cran-forecast r-cran-fgarch r-cran-nortest
# Versions: jsonlite 1.8.4, sandwich 3.0.2, lmtest 0.9.40, strucchange 1.5.3, tseries 0.10.53, urca 1.3.3,
# forecast 8.20, fGarch 4022.89, nortest 1.0.4.

suppressPackageStartupMessages(library(jsonlite))
folder <- "tests/oracles"
cases <- list()

# The series behind a JSON pointer "file.json#/path/to/it": inputs lie in oracles that are there already.
at <- function(pointer) {
  parts <- strsplit(pointer, "#/")[[1]]
  node <- fromJSON(file.path(folder, parts[1]))
  for (key in strsplit(parts[2], "/")[[1]]) node <- node[[key]]
  as.numeric(node)
}

# Evaluates `call`, made by quote() or bquote(), and records what `value` takes from the result; `shown` replaces
# the call's text where an argument is too long to print.
case <- function(name, package, input, call, value, shown = NULL) {
  result <- suppressWarnings(eval(call, parent.frame()))
  text <- if (is.null(shown)) paste(trimws(deparse(call, width.cutoff = 500L)), collapse = " ") else shown
  own <- package == "own"
  cases[[name]] <<- list(
    package = if (own) "formula in the producing script" else package,
    version = if (own) as.character(getRversion()) else as.character(packageVersion(package)),
    call = text, input = input, value = value(result))
}

# What an htest says.
htest <- function(test) {
  out <- list(statistic = unname(test$statistic), p_value = unname(test$p.value))
  if (is.null(test$parameter)) out else c(out, list(parameter = unname(test$parameter)))
}

finish <- function(file, ...) {
  document <- list(made_by = paste0("Rscript tests/oracles/make/", file, ".R"),
                   r = as.character(getRversion()), ..., cases = cases)
  path <- file.path(folder, paste0(file, ".json"))
  writeLines(toJSON(document, auto_unbox = TRUE, digits = NA, null = "null", na = "null"), path)
  cat(path, length(cases), "cases", file.size(path), "bytes\n")
}
