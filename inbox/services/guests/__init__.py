"""Who writes: finding, merging and naming guests."""
