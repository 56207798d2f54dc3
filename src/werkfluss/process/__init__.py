"""Processes as they are drawn: read BPMN and FEEL, check their clarity, run them. Pure Python, no Django, no clock."""
