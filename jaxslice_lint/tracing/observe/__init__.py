"""What is seen of the code while it runs: each way of reaching a subscript, and calls that misuse arrays.

Watches and notes. Nothing here changes what a program does, or decides what is reported.
"""
