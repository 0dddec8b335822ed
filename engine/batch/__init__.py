"""A whole population from one folder to another: found, divided into parts, decided part by part, resumable."""
