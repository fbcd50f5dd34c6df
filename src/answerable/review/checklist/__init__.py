"""What a reviewer is asked of AI-origin lines: about intent, by layer, kind of file, what it touches, and language."""
