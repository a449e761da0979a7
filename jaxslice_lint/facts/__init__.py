"""What the analysis says about the code: frozen records, and all of it that rules, rewrites and reports may see.

Knows neither how a fact was found nor what is made of it.
"""
