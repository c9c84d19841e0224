"""Trends: figures for coordinators."""
