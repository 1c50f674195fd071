"""保存年限と廃棄: what has reached its 文書保存年限 is destroyed by an approved and witnessed act.

Stands above every floor it reads. Content and files go; the number, the days, the state, the digest of what was destroyed and the
record of the act stay, and the trail is never touched. What is content is said by the register of text columns
(fixtures/masked_columns.json), so a new column is destroyed without anything to do here.
"""
