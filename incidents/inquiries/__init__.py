"""横展開: what happened in one place is asked of the others, 'is it so with you too?'"""
