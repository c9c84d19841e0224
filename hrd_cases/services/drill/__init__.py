"""The recovery drill: the custodians practise with an invented organisation."""
