"""Published models run, drawn, and told beside what was published of them."""
