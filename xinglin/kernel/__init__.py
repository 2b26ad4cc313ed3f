"""Pure ground floor: knows neither Django nor medicine."""
