"""Puts the recorder into the settings of agents, and takes it out again: one module an agent (`registry`).

Whatever a person wrote stays byte for byte; what cannot be merged faithfully is refused, with what to add by hand.
"""
