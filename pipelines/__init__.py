"""Stage 2: what happens to an article. One job a pipeline, in the order of ITEM_PIPELINES.

Articles come in with the tasks that they settle (`FetchedArticle`) and leave through the last pipeline into the store.
Events, tasks and readings of lists are no items: spiders give them to the session's outbox themselves.
"""
