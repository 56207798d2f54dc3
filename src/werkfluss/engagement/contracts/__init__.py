"""Contracts as text: the clause library, the assembly from facts, the fairness check, files. Plain Python."""
