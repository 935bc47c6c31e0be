"""Each rule of the verifier on its own, even where another one would catch the same message."""
