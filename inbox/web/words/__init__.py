"""How things read on a page: filters of templates, and nothing else."""
