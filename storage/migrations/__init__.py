"""The database's forms, one revision after another; `storage.migrate` runs them."""
