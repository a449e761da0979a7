"""Rewrites of whole statements and calls: stores, updates of windows, `static_argnames`."""
