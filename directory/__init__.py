"""The ecosystem directory of the Cités des métiers: what it is and does. `directory.opening` is the way in.

Nothing is imported here, so that each command of the command line loads only what it needs.
"""
