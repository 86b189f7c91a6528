"""Scores a table of units with Spark, beside the data: what outgrows a machine runs the same text on a cluster.

    python examples/spark_job.py units.parquet scores_folder --ruleset 2019/city --keep unit

A row is a unit, a column a fact by its key. The first argument is a Parquet file or folder, or the name of a table that Spark
knows; the folder for the scores must not exist yet. Needs PySpark and Java: pip install "egov-scoring[engines]".
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pyspark.sql import SparkSession

from egov_scoring import load


def main() -> None:
    """Reads, scores, writes, and counts the rows of each status."""
    parser = argparse.ArgumentParser(description="Scores a table of units with Spark.")
    parser.add_argument("units", help="a Parquet file or folder, or a table")
    parser.add_argument("scores", help="the folder to write")
    parser.add_argument("--ruleset", default="2019/city")
    parser.add_argument("--keep", action="append", default=[], help="a column to carry along")
    given = parser.parse_args()

    query = load(given.ruleset).to_sql("spark", "units_to_score", keep=given.keep)
    spark = SparkSession.builder.appName("egov_scoring").getOrCreate()
    is_file = Path(given.units).exists() or "/" in given.units
    units = spark.read.parquet(given.units) if is_file else spark.table(given.units)
    units.createOrReplaceTempView("units_to_score")
    spark.sql(query).write.parquet(given.scores)
    for row in spark.read.parquet(given.scores).groupBy("status").count().orderBy("status").collect():
        print(f"{row['count']} {row['status']}")
    spark.stop()


if __name__ == "__main__":
    main()
