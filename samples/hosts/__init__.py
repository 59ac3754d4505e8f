"""What each sample host answers: one module a site, chosen by host name."""
