# Cronbach's alpha, alpha without each item, and item-rest correlations of the five scales of `bfi`, by R's `psych`.
# Rscript tests/reference/bfi.R > tests/reference/bfi.csv     (R 4.2.2, psych 2.2.9)
suppressPackageStartupMessages(library(psych))
d <- read.csv("../shared/data/psych_bfi/bfi.csv")
scales <- list(A = c("-A1", "A2", "A3", "A4", "A5"), C = c("C1", "C2", "C3", "-C4", "-C5"), E = c("-E1", "-E2", "E3", "E4", "E5"),
               N = c("N1", "N2", "N3", "N4", "N5"), O = c("O1", "-O2", "O3", "O4", "-O5"))
cat("scale,item,alpha,item_rest\n")
for (s in names(scales)) {
  items <- sub("-", "", scales[[s]])
  keys <- ifelse(grepl("-", scales[[s]]), -1, 1)
  a <- suppressWarnings(alpha(d[, items], keys = keys, check.keys = FALSE))
  cat(s, "", sprintf("%.15g", a$total$raw_alpha), "", sep = ","); cat("\n")
  for (i in seq_along(items)) {
    cat(s, items[i], sprintf("%.15g", a$alpha.drop$raw_alpha[i]), sprintf("%.15g", a$item.stats$r.drop[i]), sep = ","); cat("\n")
  }
}
