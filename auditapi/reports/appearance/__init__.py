"""How an organisation wants its reports: blocks and their order, photos, paper, colour, logo."""
