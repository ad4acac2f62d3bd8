"""How an audit comes in: sealed bytes and photos, in any order, any number of times."""
