"""年度替: what is to be done between the last weeks of a 年度 and the first of the next, in the order of the work.

Nothing is ticked: how far each step is, is read from the records; what a step does goes through the door that is there anyway.
"""
