"""A pack changed in one value at a time: does a test that keeps its requirement notice?"""
