// Runs every audit of graphql-http against the address given, and prints the results as JSON.
import { serverAudits } from "./graphql-http/audits/server.mjs";

const results = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
console.log(JSON.stringify(results));
