"""Masks: slices of traced size give way to whole arrays, and what is done with these is told which elements count."""
