"""The life of a request and the frame of every page: forms as pages, records as pages, lists, filters."""
