# Means, standard errors, intervals and design effects of a stratified sample, by R's `survey`.
# Rscript tests/reference/apistrat.R > tests/reference/apistrat.csv     (R 4.2.2, survey 4.1-1)
suppressPackageStartupMessages(library(survey))
d <- read.csv("../shared/data/survey_api/apistrat.csv")
d <- d[, c("stype", "api00", "api99", "ell", "mobility", "full", "emer", "sch.wide", "fpc", "pw")]
# Six items: two answered by all, two with gaps, and one split over the domains sch.wide = Yes and No.
d$i1 <- d$api00 / 10
d$i2 <- d$api99 / 10
d$i3 <- ifelse(d$full >= 80, d$ell, NA)
d$i4 <- ifelse(d$emer <= 20, d$mobility, NA)
d$i5 <- ifelse(d$sch.wide == "Yes", d$api00 / 10, NA)
d$i6 <- ifelse(d$sch.wide == "No", d$api00 / 10, NA)
strata <- c("E", "H", "M")
share <- tapply(d$fpc, d$stype, unique)[strata]
share <- share / sum(share)
line <- function(kind, name, stratum, mean, se, df, deff = NA) {
  half <- qt(0.975, df) * se
  cat(kind, name, stratum, paste(sprintf("%.15g", c(mean, se, df, mean - half, mean + half, deff)), collapse = ","), sep = ",")
  cat("\n")
}
cat("kind,name,stratum,mean,se,df,low,high,deff\n")

# Items without gaps: svymean, and confint with degf(design).
design <- svydesign(id = ~1, strata = ~stype, fpc = ~fpc, data = d)
for (item in c("i1", "i2")) {
  m <- svymean(as.formula(paste0("~", item)), design, deff = TRUE)
  stopifnot(all.equal(as.vector(confint(m, df = degf(design))), as.vector(m) + c(-1, 1) * qt(.975, degf(design)) * as.vector(SE(m))))
  line("item", item, "", as.vector(m), as.vector(SE(m)), degf(design), as.vector(deff(m)))
}
m <- svymean(~I(0.6 * i1 + 0.4 * i2), design, deff = TRUE)
line("node", "both", "", as.vector(m), as.vector(SE(m)), degf(design), as.vector(deff(m)))

# Domains of each stratum: svyby.
for (s in strata) for (item in paste0("i", 1:6)) {
  part <- subset(design, stype == s & !is.na(d[[item]]))
  m <- svymean(as.formula(paste0("~", item)), part)
  line("cell", item, s, as.vector(m), as.vector(SE(m)), degf(part))
}

# Everything with gaps: ratios of totals by item and stratum with their covariances (svyratio), then contrasts of them.
above <- below <- list()
for (s in strata) for (item in paste0("i", 1:6)) {
  v <- d[[item]]
  on <- d$stype == s & !is.na(v)
  above[[paste0("x", item, s)]] <- ifelse(on, v, 0)
  below[[paste0("a", item, s)]] <- as.numeric(on)
}
wide <- update(design, .one = 1)
wide$variables <- cbind(wide$variables, as.data.frame(above), as.data.frame(below))
r <- svyratio(as.formula(paste("~", paste(names(above), collapse = "+"))),
              as.formula(paste("~", paste(names(below), collapse = "+"))), wide, covmat = TRUE)
k <- length(above)
own <- (0:(k - 1)) * k + 1:k        # ratio i / i among all k × k
mean <- diag(r$ratio)
v <- r$vcov[own, own]
names(mean) <- rownames(v) <- colnames(v) <- names(above)
node <- function(kind, name, items) {
  w <- rep(0, k)
  names(w) <- names(above)
  df <- 0
  for (s in strata) {
    for (item in names(items)) w[paste0("x", item, s)] <- items[[item]] * share[[s]]
    df <- df + max(sapply(names(items), function(item) sum(below[[paste0("a", item, s)]]))) - 1
  }
  line(kind, name, "", sum(w * mean), sqrt(c(t(w) %*% v %*% w)), df)
}
for (item in paste0("i", 3:6)) node("item", item, setNames(list(1), item))
node("node", "gaps", list(i3 = 0.7, i4 = 0.3))
node("node", "domains", list(i5 = 0.5, i6 = 0.5))
node("node", "form", list(i1 = .5 * .6, i2 = .5 * .4, i3 = .3 * .7, i4 = .3 * .3, i5 = .1, i6 = .1))
