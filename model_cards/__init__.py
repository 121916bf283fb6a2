"""Model cards: compiled from evidence and human statements, checked against a closed schema, rendered for people.

Owns the fields, the schema and the renderings. What is measured belongs to `tenure/`; where a card is kept, to adapters.
"""
