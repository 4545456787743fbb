"""What failed is sent again before it is reported, to tell what holds from what came by chance."""
