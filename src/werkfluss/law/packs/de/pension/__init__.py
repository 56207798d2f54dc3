"""Occupational pensions and the refund and adding-up of pension periods."""
