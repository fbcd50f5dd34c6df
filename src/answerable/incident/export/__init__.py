"""An incident's document for others: Markdown for a ticket, one HTML file for a meeting, a template for the review.

Every text in it may come from outside: each format makes it harmless in its own way.
"""
