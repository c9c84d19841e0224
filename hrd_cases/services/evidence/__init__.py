"""Exhibits: sealed files, uploads, custody, previews, and what of them will be printed."""
