"""Import and export at the desk, for admins: a file, its dry run, and its writing."""
