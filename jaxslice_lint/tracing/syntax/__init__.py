"""What each kind of statement and expression does.

Does not know who answers a call, nor which function is run next.
"""
