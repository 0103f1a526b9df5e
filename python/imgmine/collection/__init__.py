"""Where pictures meet vectors: catalogues to search and classifiers of pictures."""
