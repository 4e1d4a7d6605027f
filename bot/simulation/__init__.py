"""A desk tried out on paper: arrivals and staff over a virtual clock, judged by the real policy."""
