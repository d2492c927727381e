"""Email: reminders one by one, and the daily digest."""
