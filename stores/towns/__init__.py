"""Towns of France by postcode: the list, made when Visavis is installed, and what an
address says of its zone and public holidays."""
