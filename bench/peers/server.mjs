// The same Neo4j, served by @neo4j/graphql: `node server.mjs apollo|yoga` says its port and answers until ended;
// `node server.mjs replay QUESTIONS` answers the questions in this process and says what each cost, in CPU.
//
// The types hold only what the questions need, and nothing hides what a visitor may not see: less work than ours.
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { Neo4jGraphQL } from '@neo4j/graphql'
import { execute, parse, validate } from 'graphql'
import { createYoga } from 'graphql-yoga'
import neo4j from 'neo4j-driver'

const item = `
  id: ID!
  slug: String!
  title: String! @alias(property: "title_en")
  title_order: String!
`
const typeDefs = `
  type Cite @node { ${item}
    partnerships: [Partnership!]! @relationship(type: "PARTNERSHIP_IN", direction: IN)
    services: [Service!]! @relationship(type: "SERVICE_IN", direction: IN)
    territory: [Territory!]! @relationship(type: "CITE_TERRITORY", direction: OUT)
  }
  type Territory @node { ${item}
    cites: [Cite!]! @relationship(type: "CITE_TERRITORY", direction: IN)
  }
  type Service @node { ${item} }
  type Partnership @node { ${item}
    organisation: [Organisation!]! @relationship(type: "PARTNERSHIP_ORGANISATION", direction: OUT)
  }
  type Organisation @node { ${item}
    contributions: [Contribution!]! @relationship(type: "CONTRIBUTION_CONTRIBUTOR", direction: IN)
    territory: [Territory!]! @relationship(type: "ORGANISATION_TERRITORY", direction: OUT)
  }
  type Contribution @node { ${item}
    path: String!
    kind: String
    certainty: String
    version: Int!
    state: String!
    modified: String!
  }
`

const [how, ...rest] = process.argv.slice(2)
const { BOLT, BOLT_USER, BOLT_PASSWORD } = process.env
const driver = neo4j.driver(BOLT, neo4j.auth.basic(BOLT_USER, BOLT_PASSWORD), { telemetryDisabled: true })
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema()

async function apollo () {
  const server = new ApolloServer({ schema, introspection: false, includeStacktraceInErrorResponses: false })
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } })
  return new URL(url).port
}

async function yoga () {
  const server = createServer(createYoga({ schema, graphiql: false, landingPage: false, logging: false }))
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return server.address().port
}

async function replay (file) {
  const costs = {}
  for (const { name, query, times } of JSON.parse(readFileSync(file))) {
    const document = parse(query)
    if (validate(schema, document).length) throw new Error(`${name} is not valid`)
    const ask = async () => JSON.stringify(await execute({ schema, document, contextValue: {} }))
    for (let each = 0; each < times; each++) await ask()
    const begin = process.cpuUsage()
    for (let each = 0; each < times; each++) await ask()
    const { user, system } = process.cpuUsage(begin)
    costs[name] = { seconds: (user + system) / 1e6 / times, answer: JSON.parse(await ask()) }
  }
  await driver.close()
  return JSON.stringify(costs)
}

console.log(await { apollo, yoga, replay }[how](...rest))
