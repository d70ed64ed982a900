"""What others would pick instead, each a small program with honest settings.

Every program takes a port as its only argument, serves subscribers, and gives the body of each
`POST /publish` to all of them.
"""
