"""The card in the words of other catalogues: one file per format, each a pure reading of card and standing.

What their formats have no place for stays out; nothing is added that the card does not say.
"""
