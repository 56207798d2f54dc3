"""The law as dated code: facts and a date in, a verdict with its provisions, parameters and remedies out."""
