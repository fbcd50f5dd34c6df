"""Opening an incident: from a trace or an alert to the full answer, in the order in which a responder needs it.

What the deployed revision was (`revision`), which lines and changes to look at first (`candidates`), how they got there
(`lineage`), which control let them pass (`controls`), who is called and who is told by when (`duties`), where else the
same runs (`blast`). `opening` puts it together; nothing here ranks people.
"""
