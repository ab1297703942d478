"""The playground's page in a real browser, driven by what one sees: words, roles and names."""
