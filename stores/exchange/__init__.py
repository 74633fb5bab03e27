"""Tables as people send them: read with their signs and delimiters, and written so that
a spreadsheet opens them as they are.
"""
