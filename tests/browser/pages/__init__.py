"""The pages, as a person uses them: one class for each, with verbs instead of selectors."""
