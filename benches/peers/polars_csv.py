"""Peer of `kaoping tally` on one wide CSV: count answers by unit, stratum, item and option with polars' streaming engine.

usage: polars_csv.py BALLOTS.csv OUT.csv
"""

import sys

import polars as pl

source, target = sys.argv[1:3]
counts = (
    pl.scan_csv(source, infer_schema=False)
    .drop("编号")
    .unpivot(index=["单位", "票种"], variable_name="题目", value_name="选项")
    .group_by("单位", "票种", "题目", "选项")
    .len()
    .collect(engine="streaming")
    .sort("单位", "票种", "题目", "选项")
)
counts.write_csv(target)
print(counts["len"].sum())
