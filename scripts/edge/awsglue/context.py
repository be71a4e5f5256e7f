from pyspark.sql import SparkSession


class GlueContext:
    """Gives the session that the settings of spark-defaults.conf make."""

    def __init__(self, sparkContext, **_options):
        self.spark_session = SparkSession(sparkContext)
