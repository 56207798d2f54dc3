"""Published scheduling benchmarks: readers into one small model, to measure the solvers against the field."""
