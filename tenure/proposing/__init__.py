"""What a company's files propose: from a few tables as received to the files of a project that reads them.

`seen.py` says what columns hold, `meanings.py` what their names tell, `roles.py` which of them are customer, time, order and
amount, `deliveries.py` how files come. `files.py`, `models.py` and `card_words.py` write the project. Nothing is read from a disk
here and nobody is asked: that is the command's.
"""
