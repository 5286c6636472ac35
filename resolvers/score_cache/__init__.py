"""Finished scores and rankings in a process's memory, kept right by the feed; see docs/decisions/0027-score-cache.md.

Three words are used throughout:

- a *subject* is what an answer is about: a treatment, a drug over all its indications, or an indication;
- a *change* is what events of the feed say of subjects whose answers are no longer right;
- a *filling* is a read that goes on, of which the answers are to be kept unless a change reaches them meanwhile.
"""
