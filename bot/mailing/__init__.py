"""Mail to staff: nobody on the staff needs Telegram."""
