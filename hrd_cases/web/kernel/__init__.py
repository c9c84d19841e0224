"""What every answer needs: addresses, cookies, headers, languages, messages, the policy of endpoints."""
