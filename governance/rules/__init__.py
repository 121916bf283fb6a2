"""What must hold. Pure, over a verified ledger.

`admission` says which record may stand in the log, `policy` and `propose` what is asked before a promotion, `verify` what is
proved before a load and for the whole history; `history` and `standing` read who served and where a package stands.
"""
