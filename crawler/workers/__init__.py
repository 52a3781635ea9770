"""Processes that read pages: time and memory limits; one lost page harms no other."""
