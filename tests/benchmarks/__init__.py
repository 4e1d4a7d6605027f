"""The benches run; what they measure is not judged here."""
