"""Parquet files as such, by the library that Spark writes them with: row groups are copied as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from lake.objects import StoredObject, list_objects, split_url

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Where a row group begins is left to the files that are joined. Source: ParquetFileWriter of parquet-hadoop.
_ROW_GROUP_BYTES = 128 * 1024**2
_MOST_PADDING_BYTES = 8 * 1024**2


def count_rows(spark: "SparkSession", file: StoredObject) -> int:
    """How many rows a file has, by its footer."""
    reader = _java(spark).ParquetFileReader.open(_input(spark, file))
    try:
        return int(reader.getRecordCount())
    finally:
        reader.close()


def join_files(spark: "SparkSession", files: Sequence[StoredObject], url: str) -> StoredObject:
    """Makes one file of several that have the same columns. It is there when it is whole, and not before."""
    java = _java(spark)
    with_footer = java.ParquetFileReader.open(_input(spark, files[0]))
    try:
        meta = with_footer.getFooter().getFileMetaData()
    finally:
        with_footer.close()
    output = java.util.HadoopOutputFile.fromPath(_path(spark, url), _configuration(spark))
    mode = getattr(java, "ParquetFileWriter$Mode").OVERWRITE
    writer = java.ParquetFileWriter(output, meta.getSchema(), mode, _ROW_GROUP_BYTES, _MOST_PADDING_BYTES)
    writer.start()
    for file in files:
        writer.appendFile(_input(spark, file))
    writer.end(meta.getKeyValueMetaData())
    (joined,) = list_objects(*split_url(url))
    return joined


def _input(spark: "SparkSession", file: StoredObject) -> Any:
    return _java(spark).util.HadoopInputFile.fromPath(_path(spark, file.url), _configuration(spark))


def _path(spark: "SparkSession", url: str) -> Any:
    return spark._jvm.org.apache.hadoop.fs.Path(url)


def _configuration(spark: "SparkSession") -> Any:
    return spark._jsc.hadoopConfiguration()


def _java(spark: "SparkSession") -> Any:
    return spark._jvm.org.apache.parquet.hadoop
