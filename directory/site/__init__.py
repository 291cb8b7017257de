"""The web application: GraphQL, GraphiQL, a front page, health and metrics. Only a web server imports it."""
