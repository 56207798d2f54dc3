"""DATEV-Format: booking batches (EXTF 700, category 21) and packages of linked documents."""
