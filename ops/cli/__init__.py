"""The operator's command, `python -m ops THING COMMAND`: one file a thing, listed in `things.py`."""
