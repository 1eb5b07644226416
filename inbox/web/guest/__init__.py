"""Who the guest is."""
