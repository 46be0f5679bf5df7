# Means and standard errors of InstEval's departments and lecturers, without strata and with strata by `service`, by R's `survey`.
# Rscript tests/reference/insteval.R > tests/reference/insteval.csv     (R 4.2.2, survey 4.1-1)
# With strata the weights are fixed: 0.6 for service = 0, 0.4 for service = 1; a subject that lacks one rests on the other.
# A stratum of one rating has no standard error (options(survey.lonely.psu = "fail")).
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail")
d <- read.csv("input/insteval/returns/InstEval.csv", fileEncoding = "UTF-8-BOM")
d$v <- 20 * as.numeric(as.character(d$y))
cat("strata,subject,n,mean,se,df,low,high,deff\n")
put <- function(strata, subject, x) {
  if (strata) {
    share <- c("0" = 0.6, "1" = 0.4)[as.character(unique(x$service))]
    share <- share / sum(share)
    x$w <- as.vector(share[as.character(x$service)] / table(x$service)[as.character(x$service)])
    design <- try(svydesign(id = ~1, strata = ~service, weights = ~w, data = x), silent = TRUE)
  } else {
    x$w <- 1
    design <- svydesign(id = ~1, weights = ~w, data = x)
  }
  m <- try(svymean(~v, design, deff = "replace"), silent = TRUE)
  if (inherits(m, "try-error")) {
    cat(strata, subject, nrow(x), sprintf("%.12g", sum(x$w * x$v) / sum(x$w)), "", "", "", "", "", sep = ",")
  } else {
    df <- degf(design)
    s <- as.vector(SE(m))
    half <- qt(0.975, df) * s
    mean <- as.vector(m)
    cat(strata, subject, nrow(x), paste(sprintf("%.12g", c(mean, s, df, max(mean - half, 0), min(mean + half, 100), as.vector(deff(m)))), collapse = ","), sep = ",")
  }
  cat("\n")
}
for (strata in c(FALSE, TRUE)) {
  for (dept in sort(unique(d$dept))) put(strata, paste0("D", dept), d[d$dept == dept, ])
  for (lecturer in sort(unique(d$d))) put(strata, lecturer, d[d$d == lecturer, ])
}
