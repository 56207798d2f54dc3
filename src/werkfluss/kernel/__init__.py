"""The small shared vocabulary: money, dates, clock, bilingual text, ids, errors. Imports nothing of ours."""
