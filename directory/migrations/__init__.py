"""Steps named NNNN_what_it_does.py, from 0001: what `graph.migrate` does to a graph that older code has written."""
