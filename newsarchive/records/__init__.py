"""What is kept beside the items: pages, lists, tasks, picks, revisions, runs."""
