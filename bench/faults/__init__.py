"""Faults against real processes while conversations run: is every acknowledged message still there?"""
