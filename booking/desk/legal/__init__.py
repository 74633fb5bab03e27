"""The desk's pages of a brand's legal texts: written, published, read again."""
