"""One module a sub-command, imported when it is called. None imports another: what they share lies beside this folder."""
