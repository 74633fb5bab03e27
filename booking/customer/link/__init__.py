"""Acts behind the permanent link, beside moving and cancelling."""
