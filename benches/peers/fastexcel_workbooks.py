"""Peer of `kaoping tally` on many workbooks: read every workbook with fastexcel, count answers with polars.

usage: fastexcel_workbooks.py RETURNS_FOLDER OUT.csv

The title, the unit line and the header row are at places this script knows beforehand; kaoping has to find them.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fastexcel
import polars as pl

folder, target = sys.argv[1:3]


def read(path):
    book = fastexcel.read_excel(path)
    unit = book.load_sheet(0, header_row=None, n_rows=2, dtypes="string").to_polars()[1, 0].split("：")[1]
    ballots = book.load_sheet(0, header_row=2, dtypes="string").to_polars()
    return (
        ballots.drop("序号")
        .unpivot(index=["票种"], variable_name="题目", value_name="选项")
        .group_by("票种", "题目", "选项")
        .len()
        .with_columns(pl.lit(unit).alias("单位"))
    )


with ThreadPoolExecutor(os.cpu_count()) as pool:
    parts = list(pool.map(read, sorted(Path(folder).rglob("*.xlsx"))))
counts = pl.concat(parts).group_by("单位", "票种", "题目", "选项").agg(pl.col("len").sum())
counts = counts.sort("单位", "票种", "题目", "选项")
counts.write_csv(target)
print(counts["len"].sum())
