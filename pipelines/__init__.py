"""Stage 2: what happens to an item. One job a pipeline, in the order of ITEM_PIPELINES.

Articles and events come in; both leave through the last pipeline into the store. Whatever is dropped is counted under
`record/dropped/<reason>`.
"""
