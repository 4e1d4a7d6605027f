"""Several replicas over one database: `radica up` as processes of its own, killed and stopped.

`python -m tests.replicas` runs the big counts; the tests here are their small versions.
"""
