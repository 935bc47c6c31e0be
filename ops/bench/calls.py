def calls_per_journey() -> list[str]:
    return []
