"""The default model: a span-rewriting encoder-decoder, its features and its training targets.

Detection + span rewriting (Chen et al. 2020, "Improving the Efficiency of Grammatical Error Correction with
Erroneous Span Detection and Correction") with a copy mechanism (See et al. 2017): an encoder reads the
sentence once, marks the spans to change and the gaps to fill, and a shallow decoder writes each replacement,
one row per span, from subwords and from pointers to words of the source.
"""
