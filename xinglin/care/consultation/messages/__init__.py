"""The thread of a consultation: numbered without gaps, written by one SQL function only."""
