"""Forms made from the declaration of an entity, without a request: spelling, parsing and engine are the three steps."""
