"""What articles said earlier: which changes count, and what each of them changed. Pure: records in, values out."""
