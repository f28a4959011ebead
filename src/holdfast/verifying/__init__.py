"""Verifying: whether evidence supports a claim, offline and without a model's answer.

claim_verifier   ClaimVerifier, the verifier that ships; its weights are files beside it
verdict          Verifier, the protocol that metrics take, and Verdict, what one says of a claim
findings         signals for and against a claim, and the reasons in words
links, slots     which evidence stands for which word, and what stands in a number's or name's place
quantities       numbers, years, months and weekdays by value, and sameness, which of them are equal
names, polarity  names, negation, opposites and scope
sentences        texts in their sentences without another library
marks            citations, addresses and lead-ins, which are no part of a claim
silence          what sentences state besides saying that the documents do not tell
denials, asides  the wordings of that, and of what answers nothing
"""
