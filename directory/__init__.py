"""The directory of the Cités des métiers: what it is and does."""
