"""The ways in and out: one package a platform, each with parse, render, show and a channel."""
