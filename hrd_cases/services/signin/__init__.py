"""Coming in: the organisation and its accounts, passphrases, second factors, step-up, throttling, sessions, drafts."""
