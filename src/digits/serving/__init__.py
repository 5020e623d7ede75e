"""``digits serve``: the HTTP API and the page, on the public ``Reader``. Nothing here looks into how reading reads."""
