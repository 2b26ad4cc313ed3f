"""Letters on paper: words laid out as a PDF, in Chinese and English. Knows no medicine; no models."""
