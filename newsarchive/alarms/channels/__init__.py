"""The ways in which alarms are sent: mail, one webhook, and what apprise knows. What is secret stays in the environment."""
