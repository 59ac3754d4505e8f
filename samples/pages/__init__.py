"""How the sites' pages look: functions from stories to HTML, XML and script text, everything escaped."""
