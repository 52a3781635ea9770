"""What publishers reserve: RSL, AIPREF, TDMRep, `noai`; each read, then judged in one place."""
