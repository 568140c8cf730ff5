"""Pictures in zip and tar files, read where they lie; everything in such a file may be hostile."""
