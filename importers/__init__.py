"""Brings other people's data in: rows become drafts, drafts a plan that a person reads, the plan changes the graph."""
