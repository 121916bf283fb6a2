"""Charts of the card as inline SVG: one file per kind of chart, the shared drawing in `svg.py`.

Every chart takes figures of the card's evidence, returns SVG text that scales with the page, and says in words what it shows.
Colours are CSS classes of the page, so that a chart follows light, dark and print.
"""
