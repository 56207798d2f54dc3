"""Ways to solve: construction, search, CP-SAT, bounds. Each takes a grid or an instance and returns a schedule."""
