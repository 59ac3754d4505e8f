"""What the readers of several sites share: links, lists and bodies that others saved, pages without their end."""
