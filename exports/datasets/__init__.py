"""The archive as data for programs: JSON lines and Parquet."""
