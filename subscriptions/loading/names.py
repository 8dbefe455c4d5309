"""Names, streets and towns that made-up subscribers are put together from."""

GIVEN = (
    "Anna", "Mehmet", "Sophie", "Aleksander", "Yara", "Liam", "Olga", "Kofi", "Ngozi", "Hiroshi", "Lucía",
    "Noah", "Marta", "Dimitris", "Fatma", "Ravi", "Ingrid", "João", "Zofia", "Amir", "Chiara", "Pavel",
    "Thandiwe", "Erik", "Mina", "Omar", "Lien", "Jakub", "Nora", "Samuel",
)  # fmt: skip
FAMILY = (
    "Schmidt", "Yılmaz", "Dubois", "Kowalski", "Haddad", "Murphy", "Ivanova", "Mensah", "Okeke", "Sato",
    "García", "Cohen", "Nowak", "Papadakis", "Demir", "Patel", "Larsen", "Costa", "Wójcik", "Rahimi", "Rossi",
    "Novák", "Dlamini", "Johansson", "Park", "Hassan", "Nguyen", "Horvat", "Weber", "Clarke",
)  # fmt: skip
STREETS = (
    "Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee", "Schulstraße", "Am Markt", "Ringstraße",
    "Mühlenweg", "Kirchgasse", "Bergstraße",
)  # fmt: skip
TOWNS = (
    ("10115", "Berlin"), ("20095", "Hamburg"), ("80331", "München"), ("50667", "Köln"), ("60311", "Frankfurt am Main"),
    ("70173", "Stuttgart"), ("40213", "Düsseldorf"), ("04109", "Leipzig"), ("44135", "Dortmund"), ("28195", "Bremen"),
)  # fmt: skip
