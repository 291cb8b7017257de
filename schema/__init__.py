"""The GraphQL face of the directory: types, questions and answers; no rule of the directory lives here."""
