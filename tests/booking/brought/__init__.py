"""What customers send with a visit."""
