# Prints crates/core/src/validation/sup_f_surface.rs: Hansen's (1997) response surface of the sup F statistic.
#
# README: from the root of the checkout, Rscript tests/oracles/make/r_sup_f_surface.R > crates/core/src/validation/sup_f_surface.rs
# R 4.2.2, strucchange 1.5.3; what to install is in r_common.R.

suppressPackageStartupMessages(library(strucchange))
most <- 10
surface <- strucchange:::sc.beta.sup[seq_len(25 * most), ]
cat("//! Hansen's (1997) approximation to the law of sup F: `P(sup F > x) = P(chi2(d) > a + b x)`.\n//!\n",
    "//! Estimated from simulated quantiles; as distributed with his programs and R's `strucchange` 1.5.3, whose\n",
    "//! values `tests/oracles/make/r_sup_f_surface.R` prints.\n//!\n",
    "//! # References\n//! Hansen (1997), Journal of Business and Economic Statistics 15.\n\n",
    "/// Coefficients that may break.\npub(crate) const MOST_COEFFICIENTS: usize = ", most, ";\n\n",
    "/// For 1, 2, ... coefficients, and trimming 0.49, 0.47, ... 0.01: a, b, d.\n",
    "#[rustfmt::skip]\npub(crate) const SURFACE: [[[f64; 3]; 25]; MOST_COEFFICIENTS] = [\n", sep = "")
grouped <- function(x) {
  text <- formatC(x, digits = 7, format = "f")
  whole <- sub("\\..*", "", text)
  part <- sub("0+$", "", sub(".*\\.", "", text))
  part <- ifelse(part == "", "0", part)
  paste0(whole, ".", gsub("(.{3})(?=.)", "\\1_", part, perl = TRUE))
}
for (k in seq_len(most)) {
  cat("    [\n")
  rows <- apply(surface[25 * (k - 1) + 1:25, ], 1, function(row) paste0("[", paste(grouped(row), collapse = ", "), "]"))
  for (first in seq(1, 25, 3)) {
    cat("        ", paste0(rows[first:min(first + 2, 25)], ",", collapse = " "), "\n", sep = "")
  }
  cat("    ],\n")
}
cat("];\n")
