"""What every act needs: its context, sessions, keyrings, the words of the audit log."""
