"""Stage 2: what happens to an article. One job a pipeline, in the order of ITEM_PIPELINES.

Articles come in, or items of any type that say what an article says, and leave through the last pipeline into the store.
Events, tasks and readings of lists are no items: spiders give them to the session's outbox themselves, and so they do
with the tasks that an article settles.
"""
